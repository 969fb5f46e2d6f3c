package launch

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"tminus/model/journal"
)

// What who is not listed may write: NotesPerMinute entries in any minute.
const NotesPerMinute = 10

// NoteAdded is the data of note.added.
type NoteAdded struct {
	Text string `json:"text"`
	By
}

// NoteCorrected is the data of note.corrected; the entry Seq keeps the words that it had.
type NoteCorrected struct {
	Seq  int64  `json:"seq"`
	Text string `json:"text"`
	By
}

// NoteWithdrawn is the data of note.withdrawn.
type NoteWithdrawn struct {
	Seq int64 `json:"seq"`
	By
}

// Note is a note as it stands; the entries keep every wording that it had.
type Note struct {
	Mark
	Text      string
	Corrected *Mark
	Withdrawn *Mark
}

func noteTable() ([]ActionSpec, []KindSpec) {
	seq := ArgInfo{Name: "seq", Help: "the number of the note's entry", Required: true}
	text := ArgInfo{Name: "text", Help: "at most 8 KiB", Required: true}
	own := map[string]func(*request) []string{"seq": ownNotes}
	return []ActionSpec{
			{Name: "note.add", Title: "Write a note", Kind: "note.added", Unlisted: true, Scrubbed: true,
				Args: []ArgInfo{text}, open: notTooMany, decide: func(r *request) ([]Event, *Refusal) {
					return []Event{{Kind: "note.added", Data: NoteAdded{Text: r.args["text"]}}}, nil
				}},
			{Name: "note.correct", Title: "Correct a note", Kind: "note.corrected", Unlisted: true, Scrubbed: true,
				Args: []ArgInfo{seq, text}, choices: own, none: "you have written no note", open: notTooMany, decide: decideCorrect},
			{Name: "note.withdraw", Title: "Withdraw a note", Kind: "note.withdrawn", Unlisted: true, Scrubbed: true,
				Args: []ArgInfo{seq}, choices: own, none: "you have written no note", open: notTooMany, decide: decideNoteWithdraw},
		}, []KindSpec{
			kindOf("note.added", "A note", applyNote, func(_ *State, d NoteAdded) string { return d.Text }),
			kindOf("note.corrected", "A note was corrected", applyCorrected, func(_ *State, d NoteCorrected) string {
				return fmt.Sprintf("corrected note %d: %s", d.Seq, d.Text)
			}),
			kindOf("note.withdrawn", "A note was withdrawn", applyNoteWithdrawn, func(_ *State, d NoteWithdrawn) string {
				return fmt.Sprintf("withdrew note %d", d.Seq)
			}),
		}
}

// notTooMany holds back who is not listed: they may watch and note, not fill the journal.
func notTooMany(r *request) *Refusal {
	if r.caller {
		return nil
	}
	recent := 0
	for _, at := range r.s.noteTimes[r.user] {
		if at.After(r.now.Add(-time.Minute)) {
			recent++
		}
	}
	if recent < NotesPerMinute {
		return nil
	}
	return no(fmt.Sprintf("you have written %d notes within a minute; who is not listed may write %d", recent, NotesPerMinute), "wait a moment")
}

// ownNotes are the notes that the caller may change, newest first, at most 20.
func ownNotes(r *request) []string {
	var seqs []int64
	for seq, n := range r.s.Notes {
		if n.Withdrawn == nil && r.mayChange(n) {
			seqs = append(seqs, seq)
		}
	}
	slices.Sort(seqs)
	slices.Reverse(seqs)
	var ids []string
	for _, seq := range seqs[:min(len(seqs), 20)] {
		ids = append(ids, strconv.FormatInt(seq, 10))
	}
	return ids
}

// mayChange: a note is its writer's, and the facilitator and who answers for the deployment keep the record in order.
func (r *request) mayChange(n *Note) bool {
	return n.User == r.user || r.caller && r.s.holdsAny(r.roles, r.s.callers())
}

func (r *request) note() (int64, *Note, *Refusal) {
	seq, err := strconv.ParseInt(r.args["seq"], 10, 64)
	if err != nil {
		return 0, nil, usage("seq=%s is no entry's number", short(r.args["seq"]))
	}
	n := r.s.Notes[seq]
	switch {
	case n == nil:
		return 0, nil, r.unknown("seq", "note", ownNotes(r))
	case !r.mayChange(n):
		return 0, nil, no(fmt.Sprintf("note %d is %s's", seq, n.User), "its writer or "+r.s.roleTitles(r.s.callers(), "or")+" can change it; you can write a note of your own")
	case n.Withdrawn != nil:
		return 0, nil, no(fmt.Sprintf("note %d was withdrawn by %s", seq, n.Withdrawn.User), "write a new one: note.add")
	}
	return seq, n, nil
}

func decideCorrect(r *request) ([]Event, *Refusal) {
	seq, n, refusal := r.note()
	if refusal != nil {
		return nil, refusal
	}
	if n.Text == r.args["text"] {
		return nil, no(fmt.Sprintf("note %d says that already", seq), "")
	}
	return []Event{{Kind: "note.corrected", Data: NoteCorrected{Seq: seq, Text: r.args["text"]}}}, nil
}

func decideNoteWithdraw(r *request) ([]Event, *Refusal) {
	seq, _, refusal := r.note()
	if refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "note.withdrawn", Data: NoteWithdrawn{Seq: seq}}}, nil
}

// noted keeps when somebody wrote, as far back as the limit looks.
func (s *State) noted(e journal.Entry) {
	times := append(s.noteTimes[e.Actor.User], e.At)
	s.noteTimes[e.Actor.User] = times[max(0, len(times)-NotesPerMinute):]
}

func applyNote(s *State, e journal.Entry, d NoteAdded) string {
	s.noted(e)
	s.Notes[e.Seq] = &Note{Mark: marked(e, d.By, ""), Text: d.Text}
	s.remember(e, d.By, Command{Action: "note.withdraw", Args: map[string]string{"seq": strconv.FormatInt(e.Seq, 10)}}, "your note")
	return ""
}

func applyCorrected(s *State, e journal.Entry, d NoteCorrected) string {
	s.noted(e)
	n := s.Notes[d.Seq]
	if n == nil || n.Withdrawn != nil {
		return "there is no such note"
	}
	before := n.Text
	m := marked(e, d.By, "")
	n.Text, n.Corrected = d.Text, &m
	s.remember(e, d.By, Command{Action: "note.correct", Args: map[string]string{"seq": strconv.FormatInt(d.Seq, 10), "text": before}}, "your correction")
	return ""
}

func applyNoteWithdrawn(s *State, e journal.Entry, d NoteWithdrawn) string {
	s.noted(e)
	n := s.Notes[d.Seq]
	if n == nil || n.Withdrawn != nil {
		return "there is no such note"
	}
	m := marked(e, d.By, "")
	n.Withdrawn = &m
	return ""
}
