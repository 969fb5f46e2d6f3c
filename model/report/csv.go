package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"tminus/model/journal"
	"tminus/model/text"
)

// CSV writes the timeline (RFC 4180). A cell that a spreadsheet would take for a formula has an apostrophe before it. What
// is wrong with the record, and that it was no LIVE launch, stands in rows of their own at the top.
func CSV(w io.Writer, r *Report) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][]string{{"seq", "at", "clock", "mode", "who", "said_by", "via", "auth", "roles", "kind", "what", "phase", "status", "hash"}}
	for _, a := range r.Alarms {
		rows = append(rows, notice(r, "WARNING: "+a))
	}
	if r.Banner != "" {
		rows = append(rows, notice(r, r.Banner))
	}
	for _, row := range rows {
		if err := out.Write(guarded(row)); err != nil {
			return err
		}
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		row := []string{strconv.FormatInt(l.Seq, 10), l.At.UTC().Format(journal.TimeLayout), "", r.Mode, l.Who, l.Said, l.Via, l.Auth,
			strings.Join(l.Roles, " "), l.Kind, l.Text, "", "", l.Hash}
		if c := l.Context; c != nil {
			row[2], row[11], row[12] = c.Clock, c.Phase, c.Status
		}
		if err := out.Write(guarded(row)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func notice(r *Report, what string) []string {
	return []string{"", "", "", r.Mode, "", "", "", "", "", "", what, "", "", ""}
}

// guarded makes cells safe for a spreadsheet.
func guarded(row []string) []string {
	for i, c := range row {
		c = text.Line(c)
		if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
			c = "'" + c
		}
		row[i] = c
	}
	return row
}
