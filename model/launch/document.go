package launch

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"tminus/model/approval"
	"tminus/model/journal"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// The two documents of a launch.
const (
	DocRunbook = "runbook"
	DocFile    = "launch-file"
)

// The kinds of the living document.
const (
	KindDocumentChanged  = "document.changed"
	KindDocumentReviewed = "document.reviewed"
)

// MaxDiff is how much of a difference is journaled, in bytes; the whole texts are kept by their hashes.
const MaxDiff = 8 << 10

// DocumentChanged is the data of document.changed: a file is another than the one that was reviewed last. The launch goes
// on with what is in force; this version waits for its review.
type DocumentChanged struct {
	Document    string   `json:"document"`               // runbook, launch-file
	Before      string   `json:"before"`                 // hash of the text that was reviewed last, or planned
	After       string   `json:"after"`                  // hash of the new text
	RunbookJSON string   `json:"runbook_json,omitempty"` // hash of the decoded new runbook
	FileJSON    string   `json:"file_json,omitempty"`    // hash of the decoded new launch file
	Diff        string   `json:"diff,omitempty"`         // from before to after, at most MaxDiff
	Cut         bool     `json:"cut,omitempty"`          // the difference is longer
	Error       string   `json:"error,omitempty"`        // it cannot be read, so that there is nothing to review
	People      []Person `json:"people,omitempty"`       // of a launch file, with the uids of their logins now
}

// ID names exactly this change, so that a review is of what was seen: eight hex digits over all of it.
func (d DocumentChanged) ID() string { return journal.Hash(jsonOf(d))[:8] }

// DocumentReviewed is the data of document.reviewed.
type DocumentReviewed struct {
	Document string `json:"document"`
	ID       string `json:"id"`                 // of the change
	Override string `json:"override,omitempty"` // high: let in unreviewed, for a rollback of high priority
	Reason   string `json:"reason,omitempty"`
	// NotTaken is what the change says otherwise and its review does not bring into force, each with what does.
	NotTaken []string `json:"not_taken,omitempty"`
	By
}

// Change is a version of a document that waits for its review.
type Change struct {
	Mark
	DocumentChanged
	ID      string
	Reviews []approval.Approval
	InForce bool  // it was let in by an override, and is still to be reviewed
	seen    basis // who reviewed when it was seen
}

// Override is a version that was let in before its review. The post-mortem lists it.
type Override struct {
	Mark
	Document, ID, After string
	Reviewed            *Mark // its review afterwards, which the last reviewer made complete; nil: it was never reviewed
}

// library holds the decoded documents that changes name, by the hash of their JSON. Who reads the journal fills it before
// it folds: see State.Provide.
type library struct {
	runbooks map[string]*runbook.Runbook
	files    map[string]*launchfile.File
}

func newLibrary() library {
	return library{runbooks: map[string]*runbook.Runbook{}, files: map[string]*launchfile.File{}}
}

// ProvideRunbook gives the state a decoded runbook that a change may bring into force, by the hash of its JSON.
func (s *State) ProvideRunbook(hash string, rb *runbook.Runbook) { s.library.runbooks[hash] = rb }

// ProvideFile is ProvideRunbook for a launch file.
func (s *State) ProvideFile(hash string, f *launchfile.File) { s.library.files[hash] = f }

// Reviewed are the hashes of the texts that were reviewed last, or planned: what a difference is told from.
func (s *State) Reviewed() Documents { return s.reviewed }

// DocumentSeen is asked whenever a document was read: it returns the document.changed to be journaled, or false where the
// text is known already. The decoded documents have to be kept, and provided, before.
func (s *State) DocumentSeen(d DocumentChanged) (Event, bool) {
	d.Before = s.hashOf(s.reviewed, d.Document)
	if f := s.library.files[d.FileJSON]; d.Document == DocFile && d.Error == "" && f != nil && f.Launch != s.Name {
		d.Error = fmt.Sprintf("it is of another launch, %s", short(f.Launch))
	}
	if len(d.Diff) > MaxDiff {
		d.Diff, d.Cut = strings.ToValidUTF8(d.Diff[:MaxDiff], ""), true
	}
	d.Error = cut(d.Error, MaxDiff)
	if d.After == s.newest(d.Document) && !s.otherwise(d) {
		return Event{}, false
	}
	return Event{Kind: KindDocumentChanged, Data: d}, true
}

// HasDocument reports whether a hash is of a text that this launch has had: in force, or waiting for its review.
func (s *State) HasDocument(hash string) bool { return s.texts[hash] }

// otherwise reports whether a text that is known can now be read where it could not be, or the other way round: what the
// other document says decides about that, too.
func (s *State) otherwise(d DocumentChanged) bool {
	c := s.Pending[d.Document]
	return c != nil && c.Error != d.Error
}

// version is a launch file that came into force.
type version struct {
	seq  int64
	at   time.Time
	hash string // of its text
	file *launchfile.File
}

// FileAt is the launch file, and the hash of its text, that was in force when an entry was made.
func (s *State) FileAt(seq int64) (hash string, f *launchfile.File) {
	for _, v := range slices.Backward(s.versions) {
		if v.seq < seq || v.seq == 0 {
			return v.hash, v.file
		}
	}
	return s.Docs.File, s.File
}

// SourceSince is since when a monitor is read from the source that the launch file in force names; zero: ever since.
func (s *State) SourceSince(monitor string) time.Time {
	for i := len(s.versions) - 1; i > 0; i-- {
		if !reflect.DeepEqual(s.versions[i-1].file.SourceOf(monitor), s.versions[i].file.SourceOf(monitor)) {
			return s.versions[i].at
		}
	}
	return time.Time{}
}

// newest is the hash of the newest version of a document that is known.
func (s *State) newest(document string) string {
	if c := s.Pending[document]; c != nil {
		return c.After
	}
	return s.hashOf(s.Docs, document)
}

func (s *State) hashOf(d Documents, document string) string {
	switch document {
	case DocRunbook:
		return d.Runbook
	case DocFile:
		return d.File
	}
	return ""
}

func (s *State) documentTitle(document string) string {
	if document == DocFile {
		return "launch file"
	}
	return document
}

func documentTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{{Name: "document.review", Title: "Review a changed document", Kind: KindDocumentReviewed, Scrubbed: true,
			Args: []ArgInfo{
				{Name: "document", Help: "the document that was changed", Required: true, Choices: []string{DocRunbook, DocFile}},
				{Name: "id", Help: "the change as it was seen, such as 9c41d07b", Required: true},
				{Name: "override", Help: "high: let it in before its review, for a rollback of high priority", Choices: []string{runbook.High}},
				{Name: "reason", Help: "why it cannot wait for its review"}},
			choices: map[string]func(*request) []string{"id": changeIDs}, none: "no document was changed", open: mayReview, decide: decideReview,
		}}, []KindSpec{
			kindOf(KindDocumentChanged, "A document was changed", applyDocumentChanged, func(s *State, d DocumentChanged) string {
				text := fmt.Sprintf("the %s was changed, %s", s.documentTitle(d.Document), d.ID())
				return withReason(text, d.Error)
			}),
			kindOf(KindDocumentReviewed, "A changed document was reviewed", applyDocumentReviewed, func(s *State, d DocumentReviewed) string {
				text := fmt.Sprintf("reviewed the change %s of the %s", d.ID, s.documentTitle(d.Document))
				if d.Override != "" {
					text = fmt.Sprintf("lets the change %s of the %s in before its review", d.ID, s.documentTitle(d.Document))
				}
				return withReason(text, d.Reason) + leaves(d.NotTaken)
			}),
		}
}

func changeIDs(r *request) []string {
	var ids []string
	for _, document := range []string{DocRunbook, DocFile} {
		if c := r.s.Pending[document]; c != nil && c.Error == "" {
			ids = append(ids, c.ID)
		}
	}
	return ids
}
