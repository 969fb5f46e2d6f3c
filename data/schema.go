package data

// applicationID stands in the file's header and tells our databases from other programs' ("TMns").
const applicationID = 0x544d6e73

// migrations bring a database from one version to the next; the version is their count, in user_version. `entries` is
// never rebuilt by one: its rows are evidence. The tables have no rowid, since an INSERT OR REPLACE that names one would
// take away another row without any trigger being asked. Version 2 keeps which launches were imported: they are read-only for
// ever.
func migrations() []string {
	return []string{`
CREATE TABLE entries(launch TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY (launch, seq)) WITHOUT ROWID;
CREATE INDEX entries_closing ON entries(launch) WHERE instr(body, '"kind":"launch.closed"') > 0;
CREATE TABLE documents(hash TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE samples(launch TEXT NOT NULL, monitor TEXT NOT NULL, series TEXT NOT NULL, at TEXT NOT NULL,
  read_at TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY (launch, monitor, at, series, read_at, value)) WITHOUT ROWID;
CREATE TABLE reads(launch TEXT NOT NULL, source TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL,
  detail TEXT NOT NULL, requested INTEGER NOT NULL,
  PRIMARY KEY (launch, at, source, outcome, detail, requested)) WITHOUT ROWID;
`, `
CREATE TABLE imports(launch TEXT PRIMARY KEY NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
`}
}

// guard is a trigger that keeps a table append-only.
type guard struct{ name, sql string }

// guards are all triggers, as they stand in the schema. They are put back at every opening for writing, should somebody
// have dropped or changed one. An INSERT OR REPLACE deletes without asking the DELETE triggers (unless recursive_triggers
// is on, which belongs to the connection), so each BEFORE INSERT refuses a row whose key is there.
func guards() []guard {
	const (
		keys    = `NEW.launch AND monitor = NEW.monitor AND at = NEW.at AND series = NEW.series AND read_at = NEW.read_at AND value = NEW.value`
		readKey = `NEW.launch AND at = NEW.at AND source = NEW.source AND outcome = NEW.outcome AND detail = NEW.detail AND requested = NEW.requested`
	)
	list := []guard{
		insertGuard("entries", `NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entries WHERE launch = NEW.launch)`, "seq is not the next"),
		insertGuard("documents", `EXISTS (SELECT 1 FROM documents WHERE hash = NEW.hash)`, "the row is there already"),
		insertGuard("samples", `EXISTS (SELECT 1 FROM samples WHERE launch = `+keys+`)`, "the row is there already"),
		insertGuard("reads", `EXISTS (SELECT 1 FROM reads WHERE launch = `+readKey+`)`, "the row is there already"),
		insertGuard("imports", `EXISTS (SELECT 1 FROM imports WHERE launch = NEW.launch)`, "the row is there already"),
	}
	for _, table := range []string{"entries", "documents", "samples", "reads", "imports"} {
		list = append(list, refuseGuard(table, "UPDATE"), refuseGuard(table, "DELETE"))
	}
	return list
}

func insertGuard(table, when, why string) guard {
	name := table + "_insert"
	return guard{name, `CREATE TRIGGER ` + name + ` BEFORE INSERT ON ` + table + ` WHEN ` + when +
		` BEGIN SELECT RAISE(ABORT, '` + table + ` is append-only: ` + why + `'); END`}
}

func refuseGuard(table, verb string) guard {
	name := table + "_" + verb
	return guard{name, `CREATE TRIGGER ` + name + ` BEFORE ` + verb + ` ON ` + table +
		` BEGIN SELECT RAISE(ABORT, '` + table + ` is append-only: no ` + verb + `'); END`}
}
