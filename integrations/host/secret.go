package host

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"tminus/model/launchfile"
)

// largestSecret is more than any token takes.
const largestSecret = 64 << 10

// Secret reads a secret from an environment variable, or from a file where that is named. Its errors name the place and
// never what stands there.
func Secret(envName, file string) (string, error) {
	if file == "" {
		value := strings.TrimSpace(os.Getenv(envName))
		if value == "" {
			return "", fmt.Errorf("$%s is not set; export it in the shell that opens the room", envName)
		}
		return value, nil
	}
	info, err := os.Stat(file) // before it is opened: opening a pipe would wait for its writer
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no file %s; write the secret into it, with umask 077", file)
	}
	if err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > largestSecret {
		return "", fmt.Errorf("%s is not a file with a secret and nothing else", file)
	}
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, largestSecret))
	if err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	value := strings.TrimSpace(string(b))
	if value == "" {
		return "", fmt.Errorf("%s is empty; write the secret into it, with umask 077", file)
	}
	return value, nil
}

// SecretValues are the secrets that a launch file names and that can be read here now: what must never stand in the output
// of a program.
func SecretValues(f *launchfile.File) []string {
	var values []string
	for _, s := range places(f) {
		if s.env == "" && s.file == "" {
			continue
		}
		if v, err := Secret(s.env, s.file); err == nil { // one that is not there cannot be told either
			values = append(values, v)
		}
	}
	return values
}
