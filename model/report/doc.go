// Package report makes the post-mortem of a launch from what its database keeps: entries, documents, samples and reads.
// It needs no file, room or network, and holds nothing of the moment at which it is made: the same journal always gives
// the same bytes.
//
//	Read      a store and a launch's name -> Record: the journal folded entry by entry, as the cockpit told it
//	Build     Record -> Report: parts, sections, tables and charts, all of them raw text
//	Markdown, HTML, CSV   write a Report; each escapes for its own format
//	WriteJSON, ReadJSON   the launch itself, whole: every body exactly as it was hashed
//
// A kind of entry that this package has no section for stands in the timeline and among the decisions all the same, in
// the words of launch.Describe.
package report
