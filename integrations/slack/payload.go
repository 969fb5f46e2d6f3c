package slack

import (
	"strings"
	"unicode/utf8"

	"tminus/model/room"
	"tminus/model/text"
)

// Slack's limits, in characters as they are sent, so with & as &amp;. It takes 50 blocks, but no text of any length in them,
// so that the body is cut well before.
const (
	mostHeader  = 150
	mostText    = 3000
	mostBody    = 12_000
	mostField   = 2000
	mostPreview = 300 // of the text in notifications
)

type payload struct {
	Channel        string  `json:"channel,omitempty"`
	ThreadTS       string  `json:"thread_ts,omitempty"`
	ReplyBroadcast bool    `json:"reply_broadcast,omitempty"`
	Text           string  `json:"text"` // what notifications show
	Mrkdwn         bool    `json:"mrkdwn"`
	UnfurlLinks    bool    `json:"unfurl_links"`
	UnfurlMedia    bool    `json:"unfurl_media"`
	Blocks         []block `json:"blocks"`
}

type block struct {
	Type     string      `json:"type"`
	BlockID  string      `json:"block_id,omitempty"`
	Text     *textObject `json:"text,omitempty"`
	Fields   []any       `json:"fields,omitempty"`
	Elements []any       `json:"elements,omitempty"`
}

type textObject struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji bool   `json:"emoji"` // false: :fire: stays as it was written
}

func plain(escaped string) textObject { return textObject{Type: "plain_text", Text: escaped} }

// content is a message's parts as its readers see them: safe, cut to what Slack takes, not yet escaped.
type content struct {
	header, notice, footer string
	fields                 []string
	body                   []string // pieces of the text
}

func contentOf(m room.Message) content {
	subject := text.Line(m.Subject)
	if strings.TrimSpace(subject) == "" {
		subject = text.Line(m.Title)
	}
	if strings.TrimSpace(subject) == "" {
		subject = text.Line(m.Launch)
	}
	c := content{
		header: fit(subject, mostHeader),
		notice: fit(subject, mostPreview),
		footer: fit(m.Footer()+" · "+m.SentBy(), mostField),
		body:   pieces(text.Block(m.Text)),
	}
	field := func(name, value string) {
		if value != "" {
			c.fields = append(c.fields, fit(name+": "+text.Line(value), mostField))
		}
	}
	field("Launch", m.Title)
	field("Status", m.Status)
	switch {
	case m.Milestone:
		field("Kind", "milestone")
	case m.Purpose != "update":
		field("Kind", m.Purpose)
	}
	field("For", m.To)
	return c
}

// blockID is what Look finds the message by.
func blockID(m room.Message) string { return "tminus-" + m.ID }

func newPayload(m room.Message) payload {
	c := contentOf(m)
	header := plain(escape(c.header))
	p := payload{Text: escape(c.notice), Blocks: []block{{Type: "header", BlockID: blockID(m), Text: &header}}}
	var fields []any
	for _, f := range c.fields {
		fields = append(fields, plain(escape(f)))
	}
	if fields != nil {
		p.Blocks = append(p.Blocks, block{Type: "section", Fields: fields})
	}
	for _, piece := range c.body {
		t := plain(escape(piece))
		p.Blocks = append(p.Blocks, block{Type: "section", Text: &t})
	}
	p.Blocks = append(p.Blocks, block{Type: "context", Elements: []any{plain(escape(c.footer))}})
	return p
}

// Preview is the message as its readers see it.
func (c *Channel) Preview(m room.Message) (string, error) {
	if err := sendable(m); err != nil {
		return "", err
	}
	of := contentOf(m)
	var b strings.Builder
	b.WriteString(of.header + "\n\n")
	for _, f := range of.fields {
		b.WriteString(f + "\n")
	}
	b.WriteString("\n" + strings.Join(of.body, "\n") + "\n\n" + of.footer + "\n")
	return b.String(), nil
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape is what Slack asks for; nothing else in a text has a meaning then.
func escape(s string) string { return escaper.Replace(s) }

// size is a text's length once it is escaped.
func size(s string) int { return utf8.RuneCountInString(escape(s)) }

// fit cuts a text to so many characters, escaped.
func fit(s string, most int) string {
	if size(s) <= most {
		return s
	}
	n := 1
	for i, r := range s {
		if n += size(string(r)); n > most {
			return s[:i] + "…"
		}
	}
	return s
}

// pieces cuts a body into texts that Slack takes, at line breaks where there are some, and says what it leaves out.
func pieces(s string) []string {
	s = strings.Trim(s, "\n")
	if strings.TrimSpace(s) == "" {
		return nil
	}
	if size(s) > mostBody {
		const note = "\n[cut here: the text is longer than a Slack message holds]"
		s = strings.TrimSuffix(fit(s, mostBody-utf8.RuneCountInString(note)), "…") + note
	}
	var all []string
	for size(s) > mostText {
		end := len(strings.TrimSuffix(fit(s, mostText), "…"))
		if i := strings.LastIndexByte(s[:end], '\n'); i > 0 {
			end = i
		}
		all = appendPiece(all, s[:end])
		s = strings.TrimPrefix(s[end:], "\n")
	}
	return appendPiece(all, s)
}

// appendPiece leaves out what is blank: Slack refuses an empty text.
func appendPiece(all []string, s string) []string {
	if strings.TrimSpace(s) == "" {
		return all
	}
	return append(all, s)
}
