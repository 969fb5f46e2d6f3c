package cockpit

import (
	"context"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// crew counts the commands that must not be cut off: Bubble Tea's Run returns while they still run, so whoever leaves
// waits for them.
type crew struct {
	ctx    context.Context // of everything that may be cut off
	cancel context.CancelFunc

	mu     sync.Mutex
	busy   int
	closed bool
	idle   chan struct{} // closed once nothing runs after leaving
}

func newCrew(ctx context.Context) *crew {
	c := &crew{idle: make(chan struct{})}
	c.ctx, c.cancel = context.WithCancel(ctx)
	return c
}

// must wraps work that has effects. Its context outlives the cockpit; after leaving nothing new begins.
func (c *crew) must(work func(ctx context.Context) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		c.mu.Lock()
		if c.closed {
			c.mu.Unlock()
			return nil
		}
		c.busy++
		c.mu.Unlock()
		defer func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.busy--; c.busy == 0 && c.closed {
				close(c.idle)
			}
		}()
		return work(context.WithoutCancel(c.ctx))
	}
}

// leave cuts off what may be cut off and returns a channel that closes when the rest has ended.
func (c *crew) leave() <-chan struct{} {
	c.cancel()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
		if c.busy == 0 {
			close(c.idle)
		}
	}
	return c.idle
}
