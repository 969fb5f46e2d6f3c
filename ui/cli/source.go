package cli

import (
	"fmt"
	"io"
	"os"

	"tminus/model/strictyaml"
)

// readSource reads a document that a command names, no further than a document can be long: what goes on for ever, such
// as a device, must not fill the memory. A longer one is refused, with its place, by who parses it.
func readSource(path string) (src []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, strictyaml.MaxSize+1))
}

// readFile is readSource for who must not wait: it reads plain files only, and refuses what is too long itself.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no plain file", path)
	}
	src, err := readSource(path)
	if err == nil && len(src) > strictyaml.MaxSize {
		err = fmt.Errorf("%s is longer than %d bytes", path, strictyaml.MaxSize)
	}
	return src, err
}
