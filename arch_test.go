package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed says, for each room of the house, what it may import beside the standard library and its own folder. The
// longest matching prefix counts. A trailing /... means the package and everything below it.
var allowed = map[string][]string{
	"":                        {"tminus/...", "github.com/charmbracelet/..."},
	"model/text":              {},
	"model/journal":           {"tminus/model/text"},
	"model/strictyaml":        {"tminus/model/text", "go.yaml.in/yaml/..."},
	"model/monitor":           {},
	"model/approval":          {},
	"model/diff":              {},
	"model/runbook":           {"tminus/model/monitor", "tminus/model/strictyaml", "tminus/model/text"},
	"model/launchfile":        {"tminus/model/runbook", "tminus/model/monitor", "tminus/model/strictyaml", "tminus/model/text"},
	"model/schema":            {"tminus/model/runbook", "tminus/model/launchfile"},
	"model/launch":            {"tminus/model/approval", "tminus/model/journal", "tminus/model/launchfile", "tminus/model/monitor", "tminus/model/runbook", "tminus/model/text"},
	"model/screen":            {"tminus/model/approval", "tminus/model/journal", "tminus/model/launch", "tminus/model/launchfile", "tminus/model/monitor", "tminus/model/runbook", "tminus/model/text"},
	"model/room":              {"tminus/model/..."},
	"model/room/roomtest":     {"tminus/model/..."},
	"model/report":            {"tminus/model/..."},
	"model/preflight":         {"tminus/model/launchfile", "tminus/model/room", "tminus/model/runbook"},
	"integrations/aws":        {"tminus/model/...", "github.com/aws/..."},
	"integrations/aws/":       {"tminus/model/...", "github.com/aws/..."},
	"integrations/host":       {"tminus/model/...", "tminus/integrations/script"},
	"integrations/script":     {"tminus/model/...", "golang.org/x/sys/unix"},
	"integrations/webget":     {"tminus/model/..."},
	"integrations/bindings":   {"tminus/model/...", "tminus/integrations/..."},
	"integrations/notify":     {"tminus/model/...", "tminus/integrations/..."},
	"integrations/prometheus": {"tminus/model/...", "tminus/integrations/webget"},
	"integrations/httpjson":   {"tminus/model/...", "tminus/integrations/webget"},
	"integrations/webpost":    {"tminus/model/...", "tminus/integrations/webget"},
	"integrations/slack":      {"tminus/model/...", "tminus/integrations/webpost"},
	"integrations/statuspage": {"tminus/model/...", "tminus/integrations/webpost"},
	"integrations/pagerduty":  {"tminus/model/...", "tminus/integrations/webpost"},
	"integrations/email":      {"tminus/model/...", "github.com/wneessen/go-mail/..."},
	"data":                    {"tminus/model/...", "github.com/mattn/go-sqlite3", "golang.org/x/sys/unix"},
	"data/builtin":            {"tminus/model/..."},
	"integrations/roomsock":   {"tminus/model/...", "golang.org/x/sys/unix"},
	"integrations/rehearsal":  {"tminus/model/..."},
	"ui":                      {"tminus/model/..."},
	"ui/cli":                  {"tminus/model/...", "tminus/ui/...", "github.com/spf13/cobra", "charm.land/fang/...", "charm.land/lipgloss/...", "charm.land/bubbletea/...", "github.com/charmbracelet/...", "golang.org/x/sys/unix"},
	"ui/":                     {"tminus/model/...", "tminus/ui/...", "charm.land/...", "github.com/charmbracelet/..."},
}

// tests may import these everywhere.
var testOnly = []string{
	"pgregory.net/rapid", "github.com/rogpeppe/go-internal/...", "github.com/charmbracelet/...", "github.com/creack/pty",
	"charm.land/...", "golang.org/x/sys/unix", "tminus/model/...", "tminus/ui/...",
}

func TestImportsGoOneWay(t *testing.T) {
	eachFile(t, func(path, dir string, file *ast.File) {
		ok := allowed[""]
		best := -1
		for prefix, list := range allowed {
			if (dir == prefix || strings.HasSuffix(prefix, "/") && strings.HasPrefix(dir, prefix)) && len(prefix) > best {
				best, ok = len(prefix), list
			}
		}
		if best < 0 {
			t.Errorf("%s: folder %q is not in the plan of the house; add it to allowed", path, dir)
			return
		}
		for _, spec := range file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if standard(imported) || imported == "tminus/"+dir || matches(ok, imported) {
				continue
			}
			if strings.HasSuffix(path, "_test.go") && (matches(testOnly, imported) || strings.HasPrefix(imported, "tminus/"+dir+"/")) {
				continue // a fake for tests, such as awstest, stands below what it is for
			}
			if dir == "" && strings.HasSuffix(path, "_test.go") {
				continue
			}
			t.Errorf("%s imports %s, which %q may not", path, imported, dir)
		}
	})
}

// The model takes time, randomness and identity as arguments, so that any moment can be replayed.
func TestModelReadsNoClockAndStartsNothing(t *testing.T) {
	forbidden := map[string][]string{
		"time": {"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker", "AfterFunc"},
	}
	eachFile(t, func(path, dir string, file *ast.File) {
		if !strings.HasPrefix(dir, "model/") || dir == "model/room" || strings.HasSuffix(path, "_test.go") {
			return
		}
		for _, spec := range file.Imports {
			if p, _ := strconv.Unquote(spec.Path.Value); slices.Contains([]string{"os", "math/rand", "math/rand/v2", "crypto/rand", "net", "net/http", "database/sql"}, p) {
				t.Errorf("%s imports %s", path, p)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s starts a goroutine", path)
			case *ast.SelectorExpr:
				if pkg, ok := n.X.(*ast.Ident); ok && slices.Contains(forbidden[pkg.Name], n.Sel.Name) {
					t.Errorf("%s uses %s.%s", path, pkg.Name, n.Sel.Name)
				}
			}
			return true
		})
	})
}

// Every SSH session shares a package variable, so ui keeps none that could change.
func TestUIKeepsNoPackageVariables(t *testing.T) {
	eachFile(t, func(path, dir string, file *ast.File) {
		if !strings.HasPrefix(dir, "ui") || strings.HasSuffix(path, "_test.go") {
			return
		}
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					if name.Name != "_" {
						t.Errorf("%s: package variable %s", path, name.Name)
					}
				}
			}
		}
	})
}

func eachFile(t *testing.T, visit func(path, dir string, file *ast.File)) {
	t.Helper()
	files := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		if dir == "." {
			dir = ""
		}
		visit(path, dir, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && first != "tminus"
}

func matches(list []string, path string) bool {
	return slices.ContainsFunc(list, func(p string) bool {
		prefix, tree := strings.CutSuffix(p, "/...")
		return path == prefix || tree && strings.HasPrefix(path, prefix+"/")
	})
}
