// Package strictyaml reads the YAML that people write into Go structs, by their json tags, and finds every mistake in
// one run, each with its line and column: what is no YAML, unknown and repeated keys, values of the wrong type.
//
// It takes less than YAML offers. Anchors, aliases, merge keys, tags and several documents in a file are refused, so
// that a file says on the line that one looks at what it means.
package strictyaml
