package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// body reads what follows a body's prefix. It checks the same whether or not it keeps what it reads.
type body struct {
	scanner
	into               *Entry
	launch, mode, kind text
	keep               keeping // of actor, data and context, into
}

// rest reads the remaining keys of the top-level object, each exactly once (context may be missing), and its end.
func (b *body) rest() error {
	const needed = 5
	seen := 0
	b.keys = append(b.keys, text{"v", true}, text{"seq", true}, text{"prev", true}, text{"at", true})
	for b.peek() == ',' {
		b.i++
		key, err := b.str()
		if err != nil {
			return err
		}
		if _, err := b.once(0, key, nil); err != nil {
			return err
		}
		if err := b.expect(':'); err != nil {
			return err
		}
		switch key.raw {
		case "launch":
			b.launch, err = b.str()
		case "mode":
			b.mode, err = b.name(key)
		case "kind":
			b.kind, err = b.name(key)
		case "actor":
			err = b.actor()
		case "data":
			err = b.data()
		case "context":
			err = b.context()
			seen--
		default:
			return fmt.Errorf("the key %s is not known", quote(key.value()))
		}
		if err != nil {
			return err
		}
		seen++
	}
	if err := b.expect('}'); err != nil {
		return err
	}
	if seen < needed {
		return errors.New("one of the keys launch, mode, actor, kind and data is missing")
	}
	if b.i < len(b.s) {
		return errors.New("something follows the end of the object")
	}
	return nil
}

// name takes a string that is not empty.
func (b *body) name(key text) (text, error) {
	t, err := b.str()
	if err == nil && t.raw == "" {
		err = fmt.Errorf("%s is empty", key.raw)
	}
	return t, err
}

func (b *body) data() error {
	if b.peek() != '{' {
		return errors.New("data is not an object")
	}
	start := b.i
	if err := b.any(2); err != nil {
		return err
	}
	if b.keep > nothing {
		b.into.Data = json.RawMessage(b.s[start:b.i])
	}
	return nil
}

func (b *body) actor() error {
	var a Actor
	if b.keep > nothing {
		a.Roles = []string{}
	}
	err := b.object(2, func(key text) error {
		switch {
		case key.is("user"):
			return b.fill(&a.User)
		case key.is("auth"):
			return b.fill(&a.Auth)
		case key.is("host"):
			return b.fill(&a.Host)
		case key.is("roles"):
			return b.array(3, func() error {
				role, err := b.str()
				if b.keep > nothing && err == nil {
					a.Roles = append(a.Roles, role.value())
				}
				return err
			})
		}
		return b.other(key, 3, "user", "auth", "host", "roles")
	})
	if b.keep > nothing {
		b.into.Actor = a
	}
	return err
}

func (b *body) context() error {
	var ctx Context
	err := b.object(2, func(key text) error {
		switch {
		case key.is("clock"):
			return b.fill(&ctx.Clock)
		case key.is("phase"):
			return b.fill(&ctx.Phase)
		case key.is("status"):
			return b.fill(&ctx.Status)
		case key.is("metrics"):
			if b.keep == whole {
				ctx.Metrics = map[string]Metric{}
			}
			return b.object(3, func(id text) error {
				m, err := b.metric()
				if b.keep == whole && err == nil {
					ctx.Metrics[id.value()] = m
				}
				return err
			})
		}
		return b.other(key, 3, "clock", "phase", "status", "metrics")
	})
	if b.keep > nothing {
		b.into.Context = new(ctx)
	}
	return err
}

func (b *body) metric() (Metric, error) {
	var m Metric
	err := b.object(4, func(key text) error {
		switch {
		case key.is("unit"):
			return b.fill(&m.Unit)
		case key.is("state"):
			return b.fill(&m.State)
		case key.is("value"):
			return b.float(&m.Value)
		case key.is("at"):
			return b.instant(&m.At)
		}
		return b.other(key, 5, "unit", "state", "value", "at")
	})
	return m, err
}

// fill takes a string.
func (b *body) fill(s *string) error {
	t, err := b.str()
	if b.keep > nothing && err == nil {
		*s = t.value()
	}
	return err
}

// float takes a number or null.
func (b *body) float(into **float64) error {
	if b.peek() == 'n' {
		return b.word("null")
	}
	start := b.i
	if err := b.number(); err != nil {
		return err
	}
	f, err := strconv.ParseFloat(b.s[start:b.i], 64)
	if err != nil {
		return errNumber
	}
	if b.keep == whole {
		*into = new(f)
	}
	return nil
}

// instant takes a time or null.
func (b *body) instant(into **time.Time) error {
	if b.peek() == 'n' {
		return b.word("null")
	}
	t, err := b.str()
	if err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339Nano, t.value())
	if err != nil {
		return errors.New("a malformed time")
	}
	if b.keep == whole {
		*into = new(at.UTC())
	}
	return nil
}

// other takes the value of a key that is not known here, which a later writer of this version may have added. One that
// differs from a known key only in case is refused: readers would not agree on which it is.
func (b *body) other(key text, depth int, known ...string) error {
	for _, k := range known {
		if sameKey(key, text{k, true}) {
			return fmt.Errorf("the key %s is written in another case", quote(key.value()))
		}
	}
	return b.any(depth)
}
