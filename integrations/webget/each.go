package webget

import (
	"context"
	"sync"
	"time"
)

// atOnce is how many calls run beside each other.
const atOnce = 8

// longestCall bounds a call where the round has no end of its own, or a late one.
const longestCall = 10 * time.Second

// Each runs do(ctx, i) for every i below n, a few at once, and returns when all have ended. Every call gets an equal share
// of the time that is left, and a bit less, so that one that hangs ends before the round does and spoils no other answer.
func Each(ctx context.Context, n int, do func(ctx context.Context, i int)) {
	if n == 0 {
		return
	}
	limit := longestCall
	if end, ok := ctx.Deadline(); ok {
		waves := time.Duration((n + atOnce - 1) / atOnce)
		limit = min(limit, time.Until(end)*9/10/waves)
	}
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	var workers sync.WaitGroup
	for range min(n, atOnce) {
		workers.Go(func() {
			for i := range next {
				call, cancel := context.WithTimeout(ctx, limit)
				do(call, i)
				cancel()
			}
		})
	}
	workers.Wait()
}
