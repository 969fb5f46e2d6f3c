package slack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tminus/model/room"
)

// settled is how long after an attempt Slack may still take it up: until then what is not there may come.
const settled = time.Minute

// Look searches the channel, and the thread, for a message that bears our id. A webhook has nobody to ask.
func (c *Channel) Look(ctx context.Context, m room.Message) (room.Delivery, error) {
	if c.webhook() {
		return room.Delivery{}, fmt.Errorf("%w: a webhook only takes", room.ErrNoLook)
	}
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	tried := m.Tried
	if tried.IsZero() {
		tried = m.At
	}
	asked := c.now()
	where, err := c.find(ctx, m)
	switch {
	case err != nil:
		return room.Delivery{}, err
	case where != "":
		return room.Delivery{State: room.Delivered, Remote: where, Detail: "Slack has it as " + where}, nil
	case asked.Before(tried.Add(settled)):
		return room.Delivery{State: room.Uncertain, Detail: "it is not in the channel yet", RetryAfter: tried.Add(settled).Sub(asked)}, nil
	}
	return room.Delivery{State: room.Undelivered, Detail: "it is not in the channel"}, nil
}

// find is the channel and the time stamp of a message; empty: it is not there.
func (c *Channel) find(ctx context.Context, m room.Message) (string, error) {
	oldest := strconv.FormatInt(m.At.Add(-5*time.Minute).Unix(), 10) // clocks differ
	channel, ts, threaded := strings.Cut(m.ThreadRemote, "/")
	if threaded {
		query := url.Values{"channel": {channel}, "ts": {ts}, "oldest": {oldest}, "limit": {"200"}}
		found, err := c.search(ctx, "conversations.replies", query, blockID(m))
		if found != "" {
			return channel + "/" + found, nil
		}
		if err != nil && !errors.Is(err, errNoThread) {
			return "", err
		}
	} else {
		var err error
		if channel, err = c.channelID(ctx); err != nil {
			return "", err
		}
	}
	found, err := c.search(ctx, "conversations.history", url.Values{"channel": {channel}, "oldest": {oldest}, "limit": {"200"}}, blockID(m))
	if found == "" || err != nil {
		return "", err
	}
	return channel + "/" + found, nil
}

// mostPages bounds a search; whoever has not found it by then cannot tell.
const mostPages = 10

func (c *Channel) search(ctx context.Context, method string, query url.Values, id string) (ts string, err error) {
	for range mostPages {
		a, err := c.ask(ctx, method, query)
		if err != nil {
			return "", err
		}
		for _, m := range a.Messages {
			for _, b := range m.Blocks {
				if b.BlockID == id {
					return m.TS, nil
				}
			}
		}
		if a.Metadata.NextCursor == "" {
			if a.HasMore {
				break
			}
			return "", nil
		}
		query.Set("cursor", a.Metadata.NextCursor)
	}
	return "", fmt.Errorf("%w: too much was posted since", room.ErrNoLook)
}

// channelID is the channel's id, which reading wants where posting takes a name.
func (c *Channel) channelID(ctx context.Context) (string, error) {
	name, named := strings.CutPrefix(c.cfg.Channel, "#")
	if !named && isID(name) {
		return name, nil
	}
	c.mu.Lock()
	id := c.id
	c.mu.Unlock()
	if id != "" {
		return id, nil
	}
	query := url.Values{"limit": {"1000"}, "exclude_archived": {"true"}, "types": {"public_channel,private_channel"}}
	for range mostPages {
		a, err := c.ask(ctx, "conversations.list", query)
		if err != nil {
			return "", err
		}
		for _, ch := range a.Channels {
			if ch.Name == name {
				c.mu.Lock()
				c.id = ch.ID
				c.mu.Unlock()
				return ch.ID, nil
			}
		}
		if a.Metadata.NextCursor == "" {
			break
		}
		query.Set("cursor", a.Metadata.NextCursor)
	}
	return "", fmt.Errorf("%w: the token sees no channel #%s; give its id in launch.yaml, such as C0123ABCD", room.ErrNoLook, name)
}

// isID: ids are capitals and digits, names are in lower case.
func isID(s string) bool {
	return len(s) >= 8 && strings.ContainsAny(s[:1], "CGD") && strings.ToUpper(s) == s
}
