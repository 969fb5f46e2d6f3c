package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"tminus/model/journal"
)

// Append writes entries in one transaction and returns when they are durable. Nothing is written on an error. It is not cut
// short by ctx once it has begun: half a commit would leave open whether the entries stand.
func (db *DB) Append(ctx context.Context, entries []journal.Entry) error {
	const doing = "append to the journal"
	if len(entries) == 0 {
		return nil
	}
	if db.insert == nil {
		return db.cannotWrite(doing)
	}
	return db.write(ctx, doing, func(ctx context.Context, tx *sql.Tx) error {
		if err := refuseImported(ctx, tx, entries[0].Launch); err != nil {
			return err
		}
		insert := tx.StmtContext(ctx, db.insert)
		for _, e := range entries {
			res, err := insert.ExecContext(ctx, e.Launch, e.Seq, e.Body, e.Hash)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n != 1 {
				return errors.Join(errors.New("the database did not take the entry; look for a trigger of somebody else's on entries"), err)
			}
		}
		return nil
	})
}

// write runs do in a transaction of the one writer.
func (db *DB) write(ctx context.Context, doing string, do func(ctx context.Context, tx *sql.Tx) error) error {
	if db.writes == nil {
		return db.cannotWrite(doing)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	ctx = context.WithoutCancel(ctx)
	tx, err := db.writes.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, explain(err, db.path))
	}
	if err := do(ctx, tx); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", doing, explain(err, db.path)), rollback(tx))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", doing, explain(err, db.path))
	}
	return nil
}

// rollback ends a transaction that may have ended by itself.
func rollback(tx *sql.Tx) error {
	if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}

// Rows yields a launch's rows with seq > after, in order, as they stand in the file at the moment of the first.
func (db *DB) Rows(ctx context.Context, launch string, after int64) iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		rows, err := db.reads.QueryContext(ctx, `SELECT launch, seq, body, hash FROM entries WHERE launch = ? AND seq > ? ORDER BY seq`, launch, after)
		if err != nil {
			yield(journal.Row{}, fmt.Errorf("read the journal: %w", explain(err, db.path)))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var r journal.Row
			err := rows.Scan(&r.Launch, &r.Seq, &r.Body, &r.Hash)
			if err != nil {
				r, err = journal.Row{}, fmt.Errorf("read the journal: %w", err)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(journal.Row{}, fmt.Errorf("read the journal: %w", explain(err, db.path)))
		}
	}
}

// Head returns a launch's newest entry's place and hash, as they stand in the file; the zero Head: it has no entries.
func (db *DB) Head(ctx context.Context, launch string) (journal.Head, error) {
	var body string
	var h journal.Head
	err := db.reads.QueryRowContext(ctx, `SELECT seq, hash, body FROM entries WHERE launch = ? ORDER BY seq DESC LIMIT 1`, launch).
		Scan(&h.Seq, &h.Hash, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return journal.Head{}, nil
	}
	if err != nil {
		return journal.Head{}, fmt.Errorf("read the head of %s: %w", launch, explain(err, db.path))
	}
	h.At = glance(body).At
	return h, nil
}
