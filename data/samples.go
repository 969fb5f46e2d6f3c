package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"tminus/model/journal"
	"tminus/model/room"
)

// PutDocument keeps a text and returns its hash, hex(sha256(text)). It is kept once, however often it is put.
func (db *DB) PutDocument(ctx context.Context, text string) (string, error) {
	hash := journal.Hash(text)
	err := db.write(ctx, "keep a document", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO documents(hash, text) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM documents WHERE hash = ?1)`, hash, text)
		return err
	})
	if err != nil {
		return "", err
	}
	return hash, nil
}

// Document returns the text of a hash. A text that is not what it was when it was kept is an error.
func (db *DB) Document(ctx context.Context, hash string) (string, error) {
	var text string
	err := db.reads.QueryRowContext(ctx, `SELECT text FROM documents WHERE hash = ?`, hash).Scan(&text)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", fmt.Errorf("the document %.16s is not in the database", hash)
	case err != nil:
		return "", fmt.Errorf("read the document %.16s: %w", hash, explain(err, db.path))
	case journal.Hash(text) != hash:
		return "", fmt.Errorf("the document %.16s was changed in the database: its hash is now %.16s", hash, journal.Hash(text))
	}
	return text, nil
}

// insertSample and insertRead keep a row that does not stand there already.
const (
	insertSample = `INSERT INTO samples(launch, monitor, series, at, read_at, value) SELECT ?1, ?2, ?3, ?4, ?5, ?6
		WHERE NOT EXISTS (SELECT 1 FROM samples WHERE launch = ?1 AND monitor = ?2 AND series = ?3 AND at = ?4 AND read_at = ?5 AND value = ?6)`
	insertRead = `INSERT INTO reads(launch, source, at, outcome, detail, requested) SELECT ?1, ?2, ?3, ?4, ?5, ?6
		WHERE NOT EXISTS (SELECT 1 FROM reads WHERE launch = ?1 AND at = ?3 AND source = ?2 AND outcome = ?4 AND detail = ?5 AND requested = ?6)`
)

// AppendSamples keeps points as they were read, all or none. One that stands there already is not kept again.
func (db *DB) AppendSamples(ctx context.Context, launch string, samples []room.Sample) error {
	const doing = "keep samples"
	if len(samples) == 0 {
		return nil
	}
	for _, s := range samples {
		if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
			return fmt.Errorf("%s: %s has the value %v, which is no point", doing, s.Monitor, s.Value)
		}
	}
	return db.write(ctx, doing, func(ctx context.Context, tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, insertSample)
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, s := range samples {
			if _, err := insert.ExecContext(ctx, launch, s.Monitor, s.Series, stamp(s.At), stamp(s.ReadAt), s.Value); err != nil {
				return err
			}
		}
		return nil
	})
}

// Samples returns a monitor's points with from < At <= to, every series and every revision, in the order of At, series
// and ReadAt.
func (db *DB) Samples(ctx context.Context, launch, monitor string, from, to time.Time) ([]room.Sample, error) {
	return db.samples(ctx, `SELECT monitor, series, at, read_at, value FROM samples
		WHERE launch = ? AND monitor = ? AND at > ? AND at <= ? ORDER BY at, series, read_at`, launch, monitor, stamp(from), stamp(to))
}

// Unsealed returns all samples with after < ReadAt <= to, in the order of monitor, At, series, ReadAt and value.
func (db *DB) Unsealed(ctx context.Context, launch string, after, to time.Time) ([]room.Sample, error) {
	return db.samples(ctx, `SELECT monitor, series, at, read_at, value FROM samples
		WHERE launch = ? AND read_at > ? AND read_at <= ? ORDER BY monitor, at, series, read_at, value`, launch, stamp(after), stamp(to))
}

func (db *DB) samples(ctx context.Context, query string, args ...any) ([]room.Sample, error) {
	rows, err := db.reads.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read samples: %w", explain(err, db.path))
	}
	defer rows.Close()
	var list []room.Sample
	for rows.Next() {
		var s room.Sample
		var at, readAt string
		if err := rows.Scan(&s.Monitor, &s.Series, &at, &readAt, &s.Value); err != nil {
			return nil, fmt.Errorf("read samples: %w", err)
		}
		if s.At, err = instantOf(at); err != nil {
			return nil, fmt.Errorf("read samples: %w", err)
		}
		if s.ReadAt, err = instantOf(readAt); err != nil {
			return nil, fmt.Errorf("read samples: %w", err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read samples: %w", explain(err, db.path))
	}
	return list, nil
}

// Requested is how many metrics were asked of a source over the launch.
func (db *DB) Requested(ctx context.Context, launch, source string) (int64, error) {
	var n int64
	err := db.reads.QueryRowContext(ctx, `SELECT coalesce(sum(requested), 0) FROM reads WHERE launch = ? AND source = ?`, launch, source).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count what was requested: %w", explain(err, db.path))
	}
	return n, nil
}

// LastRead is when the last round with any source was, at or before an instant; zero: never.
func (db *DB) LastRead(ctx context.Context, launch string, at time.Time) (time.Time, error) {
	var last sql.NullString
	err := db.reads.QueryRowContext(ctx, `SELECT max(at) FROM reads WHERE launch = ? AND at <= ?`, launch, stamp(at)).Scan(&last)
	if err != nil {
		return time.Time{}, fmt.Errorf("find the last read: %w", explain(err, db.path))
	}
	if !last.Valid {
		return time.Time{}, nil
	}
	t, err := instantOf(last.String)
	if err != nil {
		return time.Time{}, fmt.Errorf("find the last read: %w", err)
	}
	return t, nil
}

// AppendRead keeps one round with a source. One that stands there already, to the nanosecond, is not kept again.
func (db *DB) AppendRead(ctx context.Context, launch string, r room.Read) error {
	return db.write(ctx, "keep a read", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, insertRead, launch, r.Source, stamp(r.At), r.Outcome, r.Detail, r.Requested)
		return err
	})
}

// stamp writes a time so that text order is time order.
func stamp(at time.Time) string { return at.UTC().Format(journal.TimeLayout) }

// instantOf reads what stamp wrote. The layout's own form goes through the one that the time package is quick with.
func instantOf(text string) (time.Time, error) {
	if len(text) == len(journal.TimeLayout) && text[19] == '.' && text[len(text)-1] == 'Z' {
		if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return at, nil
		}
	}
	return time.Parse(journal.TimeLayout, text)
}
