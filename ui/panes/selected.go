package panes

// Selected is the id of the monitor at the cursor; "": none.
func (m *Metrics) Selected() string { return m.list.at }

// Selected is the id of the monitor at the cursor; "": none.
func (v *MetricsView) Selected() string { return v.list.at }
