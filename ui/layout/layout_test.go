package layout

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// tiles are the rectangles of one screen of a plan, by letter.
func tiles(p Plan, view bool) map[string]Rect {
	t := map[string]Rect{"h": p.Header, "f": p.Footer, "s": p.Status}
	switch {
	case view || p.Mode == TooSmall:
		t["v"] = p.View
	case p.Mode == Small:
		t["1"], t["+"] = p.Panes[0], p.Summary
	default:
		for i, r := range p.Panes {
			t[fmt.Sprint(i+1)] = r
		}
	}
	return t
}

// picture fills each rectangle with its letter.
func picture(p Plan) string {
	var parts []Part
	for letter, r := range tiles(p, false) {
		if r.Empty() {
			continue
		}
		part := Part{Rect: r}
		for range r.H {
			part.Lines = append(part.Lines, strings.Repeat(letter, r.W))
		}
		parts = append(parts, part)
	}
	return Join(p, parts)
}

func TestArrangements(t *testing.T) {
	for _, size := range [][2]int{{200, 50}, {120, 35}, {100, 25}, {80, 24}, {60, 14}, {20, 5}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			p := Arrange(size[0], size[1])
			golden.RequireEqual(t, p.Mode.String()+"\n"+picture(p)+"\n")
		})
	}
}

// TestEverySizeIsTiled checks that each cell of each size belongs to exactly one part.
func TestEverySizeIsTiled(t *testing.T) {
	for w := 0; w <= 240; w += 11 {
		for h := 0; h <= 80; h += 4 {
			for _, view := range []bool{false, true} {
				p := Arrange(w, h)
				cells := make([]int, w*h)
				for letter, r := range tiles(p, view) {
					if r.Empty() {
						continue
					}
					if r.X < 0 || r.Y < 0 || r.X+r.W > w || r.Y+r.H > h {
						t.Fatalf("%dx%d: %s is outside: %+v", w, h, letter, r)
					}
					for y := r.Y; y < r.Y+r.H; y++ {
						for x := r.X; x < r.X+r.W; x++ {
							cells[y*w+x]++
						}
					}
				}
				for i, n := range cells {
					if n != 1 {
						t.Fatalf("%dx%d view=%v: cell %d,%d belongs to %d parts", w, h, view, i%w, i/w, n)
					}
				}
			}
		}
	}
}

// TestNothingIsStarved checks the rooms that the panes need at the sizes that the design names.
func TestNothingIsStarved(t *testing.T) {
	for _, c := range []struct{ w, h, marks, monitors, decisions int }{{200, 49, 10, 16, 6}, {120, 35, 7, 12, 4}, {120, 34, 7, 12, 4}, {100, 25, 7, 4, 3}} {
		p := Arrange(c.w, c.h)
		for i, want := range map[int]int{1: c.marks, 2: c.monitors, 4: c.decisions} {
			if _, h := p.Panes[i].Inner(); h < want {
				t.Errorf("%dx%d: pane %d has %d lines, needs %d", c.w, c.h, i+1, h, want)
			}
		}
	}
	if w, h := Arrange(80, 24).Panes[0].Inner(); w != 76 || h < 12 {
		t.Errorf("80x24: a pane of %dx%d", w, h)
	}
}

func TestJoinFillsGaps(t *testing.T) {
	p := Plan{Width: 6, Height: 2}
	got := Join(p, []Part{{Rect{3, 0, 2, 2}, []string{"bb"}}, {Rect{0, 0, 2, 1}, []string{"aa"}}})
	if got != "aa bb \n      " {
		t.Errorf("got %q", got)
	}
}
