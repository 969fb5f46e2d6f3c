package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// identity is whose file a database is.
type identity struct {
	app, version, tables int
}

func identify(ctx context.Context, db *sql.DB) (id identity, err error) {
	err = db.QueryRowContext(ctx, `SELECT (SELECT * FROM pragma_application_id), (SELECT * FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&id.app, &id.version, &id.tables)
	return id, err
}

// foreign reports a database of another program.
func (id identity) foreign() bool { return id.app != applicationID && (id.app != 0 || id.tables > 0) }

// empty reports a file that nothing has been written to.
func (id identity) empty() bool { return id.app == 0 && id.tables == 0 }

// newer says why a database of a newer version can only be read; empty: it is not newer.
func (id identity) newer() string {
	if known := len(migrations()); id.version > known {
		return fmt.Sprintf("the database has version %d and this program knows %d; write to it with a newer tminus", id.version, known)
	}
	return ""
}

// migrate brings the database up to date and sees that every guard stands. It works in the rollback journal where the
// database is new, so that the file's own header says whose it is from the first moment on.
func migrate(ctx context.Context, path string) (err error) {
	db, err := sql.Open("sqlite3", dsn(path, "mode=rw", "_txlock=immediate", "_synchronous=FULL"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rollback(tx)) }()
	var version int // again, now that nobody else can be at it
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	steps := migrations()
	for _, step := range steps[min(version, len(steps)):] {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	changed := version < len(steps)
	if changed {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`, applicationID, len(steps))); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	put, err := putGuards(ctx, tx)
	if err != nil || !changed && !put {
		return err
	}
	return tx.Commit()
}

// putGuards makes the guards that are missing or differ, takes away every other trigger (one could swallow what is
// appended), and reports whether there was anything to do.
func putGuards(ctx context.Context, tx *sql.Tx) (put bool, err error) {
	standing := map[string]string{}
	rows, err := tx.QueryContext(ctx, `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return false, err
		}
		standing[name] = text
	}
	if err := rows.Err(); err != nil {
		return false, err
	}
	var script, create strings.Builder
	for _, g := range guards() {
		if standing[g.name] == g.sql {
			delete(standing, g.name)
		} else {
			fmt.Fprintf(&create, "%s;\n", g.sql)
		}
	}
	for name := range standing {
		fmt.Fprintf(&script, "DROP TRIGGER \"%s\";\n", strings.ReplaceAll(name, `"`, `""`))
	}
	script.WriteString(create.String())
	if script.Len() == 0 {
		return false, nil
	}
	if _, err := tx.ExecContext(ctx, script.String()); err != nil {
		return false, fmt.Errorf("put back the triggers: %w", err)
	}
	return true, nil
}
