package launchfile

import "tminus/model/monitor"

// Ratio is how a source's value over a whole window is told from counts that are kept themselves: the expression over their
// sums. Nil: its points are all that is known of it. Only a quotient of counts is meant: of anything else, the sums of an
// hour are no value of the hour.
func (s Source) Ratio() *monitor.Ratio {
	cw := s.CloudWatch
	if cw == nil || cw.Expression == "" {
		return nil
	}
	e, err := ParseExpression(cw.Expression)
	if err != nil {
		return nil
	}
	if degree, ok := e.root.degree(); !ok || degree != 0 {
		return nil
	}
	r := &monitor.Ratio{Names: e.Names(), Zero: map[string]bool{}, Eval: e.Eval}
	divides := false
	for _, name := range r.Names {
		m, known := cw.Metrics[name]
		if !known || m.Stat != "Sum" && m.Stat != "SampleCount" {
			return nil
		}
		r.Zero[name] = m.Missing == "zero"
		divides = divides || e.Divides(name)
	}
	if !divides {
		return nil
	}
	return r
}

// degree is how an expression grows when every value does: by its power of the values. False: by none.
func (n *node) degree() (int, bool) {
	switch n.op {
	case 'n':
		return 0, true
	case 'v':
		return 1, true
	}
	a, okA := n.left.degree()
	b, okB := n.right.degree()
	switch {
	case !okA || !okB:
		return 0, false
	case n.op == '*':
		return a + b, true
	case n.op == '/':
		return a - b, true
	case n.left.op == 'n' && n.left.number == 0: // a sign
		return b, true
	}
	return a, a == b
}
