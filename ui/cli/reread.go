package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"tminus/model/diff"
	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/runbook"
	"tminus/model/screen"
	"tminus/model/strictyaml"
	"tminus/model/text"
	"tminus/ui"
)

// maxShown is how many lines of a difference are printed as the room opens.
const maxShown = 60

// rereader reads a launch's two files again, for the room.
type rereader struct {
	app  *app
	path string // absolute
}

// reread is a reader of the launch file at a path; nil where it is nowhere known.
func (a *app) reread(path string) room.Documents {
	if path == "" {
		return nil
	}
	return rereader{a, a.abs(path)}
}

// rehearsed is a reader of the launch file that a rehearsal plays; nil where it is nowhere known.
func (a *app) rehearsed(path string) room.Documents {
	if path == "" {
		return nil
	}
	return rehearsedReader{rereader{a, a.abs(path)}}
}

// rehearsedReader is a rereader for a rehearsal, which has a name and a T-0 of its own.
type rehearsedReader struct{ rereader }

func (r rehearsedReader) Read(ctx context.Context, inForce *launchfile.File) room.Files {
	out := r.rereader.Read(ctx, inForce)
	if f := out.File.File; f != nil && strings.HasPrefix(inForce.Launch, rehearsalName(f.Launch)) {
		f.Launch, f.T0 = inForce.Launch, inForce.T0
	}
	return out
}

// rehearsalName is what rehearsals of a launch are called, before their number.
func rehearsalName(launch string) string { return launch + "-rehearsal" }

// documentsOf is the reader of a launch's files, by its mode.
func (a *app) documentsOf(path string, mode string) room.Documents {
	if mode == string(launch.Rehearsal) {
		return a.rehearsed(path)
	}
	return a.reread(path)
}

// Path is where the launch file is.
func (r rereader) Path() string { return r.path }

// Read reads both files. Mistakes are named by the files' last names, so that they read the same from wherever it was opened.
func (r rereader) Read(_ context.Context, inForce *launchfile.File) room.Files {
	var out room.Files
	name := filepath.Base(r.path)
	src, err := readFile(r.path)
	if err != nil {
		out.File.Trouble, out.Runbook.Trouble = err.Error(), err.Error()
		return out
	}
	out.File.Text = string(src)
	f, mistakes := launchfile.Load(name, src)
	if err := mistakes.Err(); err != nil {
		out.File.Error = err.Error()
	}
	named := inForce.Runbook
	if f != nil && f.Runbook != "" {
		named = f.Runbook
	}
	book := r.runbook(named, &out.Runbook)
	switch {
	case f == nil || len(mistakes) > 0:
		return out
	case out.Runbook.Trouble != "" && named != inForce.Runbook:
		out.File.Error, out.Runbook.Trouble = out.Runbook.Trouble, ""
		return out
	}
	out.File.File = f
	if book == nil {
		return out
	}
	uids := map[string]int{}
	for _, p := range f.People {
		if uid := r.app.Ports.LookupUID(p.User); uid >= 0 {
			uids[p.User] = uid
		}
	}
	if err := f.Check(name, src, book).Err(); err != nil {
		out.Misfit = err.Error()
	}
	if out.File.People, err = launch.PeopleOf(f, book, uids); err != nil && out.Misfit == "" {
		out.Misfit = name + ": people: " + err.Error()
	}
	return out
}

// runbook reads the runbook of a name or path; nil: it cannot be read.
func (r rereader) runbook(named string, into *room.FileText) *runbook.Runbook {
	at, src, err := r.app.runbookSource(r.path, named)
	if err == nil && len(src) > strictyaml.MaxSize {
		err = fmt.Errorf("%s is longer than %d bytes", at, strictyaml.MaxSize)
	}
	if err != nil {
		into.Trouble = err.Error()
		return nil
	}
	into.Text = string(src)
	book, mistakes := runbook.Load(filepath.Base(at), src)
	if err := mistakes.Err(); err != nil {
		into.Error = err.Error()
		return nil
	}
	into.Runbook = book
	return book
}

// broken is the planned launch of a launch file that cannot be read now: by the name that it still tells, else by where the
// launch was planned from. Nil: none is known, and the caller tells why the file cannot be read.
func (a *app) broken(ctx context.Context, path, file string) *Summary {
	name := ""
	if src, err := readFile(a.abs(file)); err == nil {
		if f, _ := launchfile.Load(file, src); f != nil {
			name = f.Launch
		}
	}
	all, err := a.launchesIn(ctx, path)
	if err != nil {
		return nil
	}
	for i := range all {
		if !all[i].Open || all[i].Mode == string(launch.Rehearsal) {
			continue
		}
		if all[i].Name == name || name == "" && all[i].File == a.abs(file) {
			return &all[i]
		}
	}
	return nil
}

// unchanged is the launch that was planned from a file's very text; nil: there is none, or it cannot be told. It is gone on
// with by its documents, so that its files need not be read and checked before the screen stands: the room does it as it opens.
func (a *app) unchanged(ctx context.Context, path, file string) *Summary {
	src, err := readFile(a.abs(file))
	if err != nil {
		return nil
	}
	all, err := a.launchesIn(ctx, path)
	if err != nil {
		return nil
	}
	hash := journal.Hash(string(src))
	for i := range all {
		if all[i].FileHash == hash && all[i].Mode != string(launch.Rehearsal) {
			return &all[i]
		}
	}
	return nil
}

// changed tells on w what waits for a review as a room opens, with its difference, and returns it in a line.
func (a *app) changed(ctx context.Context, w io.Writer, r ui.Room) string {
	s, err := r.Now(ctx)
	if err != nil {
		return ""
	}
	var notices []string
	for i := range s.Documents.List {
		d := &s.Documents.List[i]
		if d.Pending == nil {
			continue
		}
		what := changedWords(d)
		notices = append(notices, what)
		fmt.Fprintln(w, text.Line(what))
		if d.Pending.Error != "" {
			fmt.Fprintln(w, text.Block(d.Pending.Error))
			continue
		}
		a.difference(ctx, w, r, d)
		fmt.Fprintf(w, "  tminus do document.review document=%s id=%s, or g x in the cockpit\n", d.ID, d.Pending.ID)
	}
	if t := s.Documents.Files.Trouble; t != "" {
		notices = append(notices, "the launch's files are not compared: "+t)
		fmt.Fprintln(w, text.Line(notices[len(notices)-1]))
	}
	return join(notices...)
}

func changedWords(d *screen.Document) string {
	title := strings.ToLower(d.Title)
	switch c := d.Pending; {
	case c.Error != "":
		return "the " + title + " has changed and cannot be read; the launch goes on by the version before"
	case c.InForce:
		return "the " + title + " in force was let in before its review (" + c.ID + "): g x"
	default:
		return "the " + title + " has changed (" + c.ID + "); the launch goes on by the version before until it is reviewed: g x"
	}
}

// difference prints what a review is of, as far as it is short.
func (a *app) difference(ctx context.Context, w io.Writer, r ui.Room, d *screen.Document) {
	before, err := r.Document(ctx, d.Reviewed)
	after, err2 := r.Document(ctx, d.Pending.After)
	if err != nil || err2 != nil {
		return
	}
	lines := diff.Lines(before, after, 3)
	for i, l := range lines {
		if i == maxShown {
			fmt.Fprintf(w, "  … and %d lines more\n", len(lines)-i)
			return
		}
		op := string(rune(l.Op))
		if l.Op == diff.Hunk {
			op = ""
		}
		fmt.Fprintln(w, "  "+text.Line(op+l.Shown()))
	}
}
