package room

import (
	"context"
	"fmt"
)

// PreviewOnly is a channel's other face, for a rehearsal and a dry run: it shows what would be sent, and sends nothing. why
// says so, such as "a rehearsal sends nothing".
func PreviewOnly(c Channel, why string) Channel { return previewOnly{c, why} }

type previewOnly struct {
	Channel
	why string
}

func (p previewOnly) Send(context.Context, Message) Delivery {
	return Delivery{State: Undelivered, Detail: p.why}
}

func (p previewOnly) Look(context.Context, Message) (Delivery, error) {
	return Delivery{}, fmt.Errorf("%w: %s", ErrNoLook, p.why)
}
