package data

import (
	"context"
	"fmt"
	"iter"

	"tminus/model/room"
)

// EachSample yields a launch's samples in the order of monitor, At, series, ReadAt and value, without holding them all.
func (db *DB) EachSample(ctx context.Context, launch string) iter.Seq2[room.Sample, error] {
	return func(yield func(room.Sample, error) bool) {
		rows, err := db.reads.QueryContext(ctx, `SELECT monitor, series, at, read_at, value FROM samples WHERE launch = ?
			ORDER BY monitor, at, series, read_at, value`, launch)
		if err != nil {
			yield(room.Sample{}, fmt.Errorf("read samples: %w", explain(err, db.path)))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var s room.Sample
			var at, readAt string
			err := rows.Scan(&s.Monitor, &s.Series, &at, &readAt, &s.Value)
			if err == nil {
				s.At, err = instantOf(at)
			}
			if err == nil {
				s.ReadAt, err = instantOf(readAt)
			}
			if err != nil {
				s, err = room.Sample{}, fmt.Errorf("read samples: %w", err)
			}
			if !yield(s, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(room.Sample{}, fmt.Errorf("read samples: %w", explain(err, db.path)))
		}
	}
}

// EachRead yields a launch's rounds with sources in the order of At, source, outcome, detail and requested.
func (db *DB) EachRead(ctx context.Context, launch string) iter.Seq2[room.Read, error] {
	return func(yield func(room.Read, error) bool) {
		rows, err := db.reads.QueryContext(ctx, `SELECT source, at, outcome, detail, requested FROM reads WHERE launch = ?
			ORDER BY at, source, outcome, detail, requested`, launch)
		if err != nil {
			yield(room.Read{}, fmt.Errorf("read the reads: %w", explain(err, db.path)))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var r room.Read
			var at string
			err := rows.Scan(&r.Source, &at, &r.Outcome, &r.Detail, &r.Requested)
			if err == nil {
				r.At, err = instantOf(at)
			}
			if err != nil {
				r, err = room.Read{}, fmt.Errorf("read the reads: %w", err)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(room.Read{}, fmt.Errorf("read the reads: %w", explain(err, db.path)))
		}
	}
}
