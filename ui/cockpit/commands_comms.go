package cockpit

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"

	tea "charm.land/bubbletea/v2"

	"tminus/ui/intent"
)

// The commands that messages need: previews, and the person's own editor.

// previews asks what the channels would make of a draft.
func (a *App) previews(i intent.Preview) tea.Cmd {
	room, ctx := a.room, a.crew.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerIn)
		defer cancel()
		list, err := room.Previews(ctx, i.Draft)
		return previewsMsg{i.Number, list, err}
	}
}

// edit puts a text into a file of its own, which only its owner can read, for the editor to open.
func (a *App) edit(text string) tea.Cmd {
	return func() tea.Msg {
		f, err := os.CreateTemp("", "tminus-update-*.txt") // 0600
		if err != nil {
			return editorMsg{err: err}
		}
		_, err = f.WriteString(text)
		return editorMsg{f.Name(), errors.Join(err, f.Close())}
	}
}

// openEditor gives the terminal to the editor, and takes the text from what it leaves. The file is removed in any case.
func (a *App) openEditor(m editorMsg) tea.Cmd {
	if m.err != nil || len(a.cfg.Editor) == 0 {
		err := m.err
		if err == nil {
			err = errors.New("no editor is known: set VISUAL or EDITOR before tminus starts")
		}
		return func() tea.Msg {
			if m.path != "" {
				_ = os.Remove(m.path)
			}
			return editedMsg{err: err}
		}
	}
	c := exec.Command(a.cfg.Editor[0], append(a.cfg.Editor[1:len(a.cfg.Editor):len(a.cfg.Editor)], m.path)...)
	return tea.ExecProcess(c, func(err error) tea.Msg {
		defer os.Remove(m.path)
		if err != nil {
			return editedMsg{err: err}
		}
		f, err := os.Open(m.path)
		if err != nil {
			return editedMsg{err: err}
		}
		defer f.Close()
		// One byte more than can be sent tells that there is too much.
		text, err := io.ReadAll(io.LimitReader(f, 1<<20))
		return editedMsg{string(text), err}
	})
}
