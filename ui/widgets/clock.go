package widgets

import "strings"

// pixels is the font of the large clock: five rows of up to three pixels for each character.
func pixels(c byte) [5]string {
	switch c {
	case '0':
		return [5]string{"###", "# #", "# #", "# #", "###"}
	case '1':
		return [5]string{"## ", " # ", " # ", " # ", "###"}
	case '2':
		return [5]string{"###", "  #", "###", "#  ", "###"}
	case '3':
		return [5]string{"###", "  #", "###", "  #", "###"}
	case '4':
		return [5]string{"# #", "# #", "###", "  #", "  #"}
	case '5':
		return [5]string{"###", "#  ", "###", "  #", "###"}
	case '6':
		return [5]string{"###", "#  ", "###", "# #", "###"}
	case '7':
		return [5]string{"###", "  #", "  #", "  #", "  #"}
	case '8':
		return [5]string{"###", "# #", "###", "# #", "###"}
	case '9':
		return [5]string{"###", "# #", "###", "  #", "###"}
	case 'T':
		return [5]string{"###", " # ", " # ", " # ", " # "}
	case 'L':
		return [5]string{"#  ", "#  ", "#  ", "#  ", "###"}
	case 'd':
		return [5]string{"  #", "  #", "###", "# #", "###"}
	case '-':
		return [5]string{"  ", "  ", "##", "  ", "  "}
	case '+':
		return [5]string{"   ", " # ", "###", " # ", "   "}
	case ':':
		return [5]string{" ", "#", " ", "#", " "}
	}
	return [5]string{" ", " ", " ", " ", " "}
}

// BigClock draws a clock's text ("T-00:12:43", "L-13d 04:00") three lines high, in half blocks. All lines have the same
// width; characters that no clock has are blank.
func BigClock(text string) []string {
	grid := clockGrid(text)
	lines := make([]string, 3)
	for row := range lines {
		top, bottom := grid[2*row], ""
		if 2*row+1 < len(grid) {
			bottom = grid[2*row+1]
		}
		var b strings.Builder
		for i := range len(top) {
			upper := top[i] == '#'
			lower := bottom != "" && bottom[i] == '#'
			switch {
			case upper && lower:
				b.WriteString("█")
			case upper:
				b.WriteString("▀")
			case lower:
				b.WriteString("▄")
			default:
				b.WriteByte(' ')
			}
		}
		lines[row] = b.String()
	}
	return lines
}

// BigClockASCII is BigClock without half blocks: five lines of number signs.
func BigClockASCII(text string) []string {
	grid := clockGrid(text)
	return grid[:]
}

func clockGrid(text string) [5]string {
	var rows [5]strings.Builder
	for i := range len(text) {
		for r, line := range pixels(text[i]) {
			if i > 0 {
				rows[r].WriteByte(' ')
			}
			rows[r].WriteString(line)
		}
	}
	var grid [5]string
	for r := range rows {
		grid[r] = rows[r].String()
	}
	return grid
}
