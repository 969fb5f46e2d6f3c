package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tminus/model/journal"
	"tminus/model/report"
	"tminus/model/room"
)

// Imported is when a launch was imported; false: it was not. What was imported is read-only for ever.
func (db *DB) Imported(ctx context.Context, launch string) (at time.Time, is bool, err error) {
	var there int
	if err := db.reads.QueryRowContext(ctx, hasImports).Scan(&there); err != nil {
		return at, false, fmt.Errorf("look for imports: %w", explain(err, db.path))
	}
	if there == 0 {
		return at, false, nil
	}
	var text string
	err = db.reads.QueryRowContext(ctx, `SELECT at FROM imports WHERE launch = ?`, launch).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return at, false, nil
	}
	if err != nil {
		return at, false, fmt.Errorf("look for imports: %w", explain(err, db.path))
	}
	at, err = instantOf(text)
	return at, true, err
}

// importedLaunches are the launches that were imported.
func importedLaunches(ctx context.Context, tx *sql.Tx) (map[string]bool, error) {
	list := map[string]bool{}
	var there int
	if err := tx.QueryRowContext(ctx, hasImports).Scan(&there); err != nil || there == 0 {
		return list, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT launch FROM imports`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		list[name] = true
	}
	return list, rows.Err()
}

// hasImports tells whether the table is there: a database of version 1 that is only read has none.
const hasImports = `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'imports'`

// refuseImported keeps an imported launch as it is.
func refuseImported(ctx context.Context, tx *sql.Tx, launch string) error {
	var is bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM imports WHERE launch = ?)`, launch).Scan(&is)
	if err == nil && is {
		err = fmt.Errorf("the launch %s was imported, and what was imported is read-only for ever", launch)
	}
	return err
}

// Import adds a launch, or what follows of one that is there, in one transaction, and marks it as imported at an instant.
// feed is given the sink to read an export into; on any error nothing is written. Added is how many entries were new.
// The caller holds the database's lock.
func (db *DB) Import(ctx context.Context, at time.Time, feed func(report.Sink) (report.Export, error)) (x report.Export, added int64, err error) {
	const doing = "import"
	known, err := db.Launches(ctx)
	if err != nil {
		return x, 0, err
	}
	err = db.write(ctx, doing, func(ctx context.Context, tx *sql.Tx) error {
		s := &sink{ctx: ctx, tx: tx, known: known}
		defer s.close()
		var err error
		if x, err = feed(s); err != nil {
			return err
		}
		added = s.added
		return s.end(x, at)
	})
	return x, added, err
}

// sink writes what is read into the transaction.
type sink struct {
	ctx   context.Context
	tx    *sql.Tx
	known []room.LaunchInfo

	there  int64 // entries that the database has of the launch
	added  int64
	entry  *sql.Stmt
	sample *sql.Stmt
	read   *sql.Stmt
}

func (s *sink) close() {
	for _, st := range []*sql.Stmt{s.entry, s.sample, s.read} {
		if st != nil {
			_ = st.Close() // it ends with its transaction in any case
		}
	}
}

func (s *sink) prepare(into **sql.Stmt, query string) (err error) {
	if *into == nil {
		*into, err = s.tx.PrepareContext(s.ctx, query)
	}
	return err
}

// Entry adds an entry, or compares it with the one that is there.
func (s *sink) Entry(row journal.Row) error {
	if row.Seq == 1 {
		if err := s.begin(row); err != nil {
			return err
		}
	}
	if row.Seq <= s.there {
		var hash string
		if err := s.tx.QueryRowContext(s.ctx, `SELECT hash FROM entries WHERE launch = ? AND seq = ?`, row.Launch, row.Seq).Scan(&hash); err != nil {
			return err
		}
		if hash != row.Hash {
			return fmt.Errorf("it is no continuation of the launch %s that is here: the two differ from entry %d on; import it into a database of its own with --db FILE", row.Launch, row.Seq)
		}
		return nil
	}
	if err := s.prepare(&s.entry, `INSERT INTO entries(launch, seq, body, hash) VALUES (?, ?, ?, ?)`); err != nil {
		return err
	}
	s.added++
	_, err := s.entry.ExecContext(s.ctx, row.Launch, row.Seq, row.Body, row.Hash)
	return err
}

func (s *sink) begin(row journal.Row) error {
	id := glance(row.Body).Data.ID
	for _, l := range s.known {
		if l.ID == id && l.Name != row.Launch {
			return fmt.Errorf("its id is that of the launch %s, which is here already", l.Name)
		}
	}
	return s.tx.QueryRowContext(s.ctx, `SELECT coalesce(max(seq), 0) FROM entries WHERE launch = ?`, row.Launch).Scan(&s.there)
}

// Document keeps a text once.
func (s *sink) Document(hash, text string) error {
	_, err := s.tx.ExecContext(s.ctx, `INSERT INTO documents(hash, text) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM documents WHERE hash = ?1)`, hash, text)
	return err
}

// Sample keeps a sample that is not there.
func (s *sink) Sample(launch string, x room.Sample) error {
	if err := s.prepare(&s.sample, insertSample); err != nil {
		return err
	}
	_, err := s.sample.ExecContext(s.ctx, launch, x.Monitor, x.Series, stamp(x.At), stamp(x.ReadAt), x.Value)
	return err
}

// Read keeps a round that is not there.
func (s *sink) Read(launch string, r room.Read) error {
	if err := s.prepare(&s.read, insertRead); err != nil {
		return err
	}
	_, err := s.read.ExecContext(s.ctx, launch, r.Source, stamp(r.At), r.Outcome, r.Detail, r.Requested)
	return err
}

// end refuses what is less than is there, and marks the launch.
func (s *sink) end(x report.Export, at time.Time) error {
	if s.there > x.Head.Seq {
		return fmt.Errorf("the launch %s is here already, with %d entries, and the file has only %d of them", x.Launch, s.there, x.Head.Seq)
	}
	if s.added == 0 && s.there > 0 {
		if err := refuseImported(s.ctx, s.tx, x.Launch); err == nil { // not imported: it is no other's record, and stays writable
			return fmt.Errorf("the launch %s is here already, with every entry of the file; there is nothing to import", x.Launch)
		}
	}
	var samples, reads int
	err := s.tx.QueryRowContext(s.ctx, `SELECT (SELECT count(*) FROM samples WHERE launch = ?1), (SELECT count(*) FROM reads WHERE launch = ?1)`, x.Launch).Scan(&samples, &reads)
	if err != nil {
		return err
	}
	if samples != x.Samples || reads != x.Reads {
		return fmt.Errorf("the launch %s is here already, with samples that the file does not have; import it into a database of its own with --db FILE", x.Launch)
	}
	_, err = s.tx.ExecContext(s.ctx, `INSERT INTO imports(launch, at) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM imports WHERE launch = ?1)`, x.Launch, stamp(at))
	return err
}
