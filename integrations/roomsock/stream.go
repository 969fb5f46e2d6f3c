package roomsock

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"tminus/model/screen"
)

// Watch delivers screens until ctx ends, or the room is gone or silent; a slow reader skips to the latest. Reaching the
// room again is the caller's business.
func (c *Client) Watch(ctx context.Context) (<-chan *screen.Screen, error) {
	ctx, cancel := context.WithCancel(ctx)
	alive := time.AfterFunc(silence, cancel)
	a, err := c.send(ctx, http.MethodGet, "/watch", nil)
	if err != nil {
		alive.Stop()
		cancel()
		return nil, err
	}
	out := make(chan *screen.Screen, 1)
	go func() {
		defer cancel()
		defer close(out)
		defer a.Body.Close()
		defer alive.Stop()
		lines := bufio.NewScanner(a.Body)
		lines.Buffer(make([]byte, 64<<10), maxScreen)
		for lines.Scan() {
			alive.Reset(silence)
			if len(lines.Bytes()) == 0 {
				continue
			}
			s := new(screen.Screen)
			if json.Unmarshal(lines.Bytes(), s) != nil {
				return // it is no room, or a broken one
			}
			select {
			case <-out:
			default:
			}
			out <- s
		}
	}()
	return out, nil
}
