package statuspage

import (
	"context"
	"net/http"

	"tminus/model/launchfile"
	"tminus/model/preflight"
)

// Examine makes doctor's test of the page: it is read with the API key, and nothing is written.
func Examine(cfg launchfile.Statuspage, o Options) []preflight.Test {
	c := New(cfg, o)
	return []preflight.Test{{ID: "channels/statuspage", Group: "Channels", Title: "statuspage, page " + cfg.Page, Run: func(ctx context.Context) preflight.Result {
		var page struct {
			Name string `json:"name"`
		}
		answer, fault := c.call(ctx, http.MethodGet, "", nil, &page)
		if fault != nil {
			return fault.Result()
		}
		return preflight.Pass("%s can be read; that the key may write only an update could show", answer.Say(page.Name))
	}}}
}
