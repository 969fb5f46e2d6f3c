package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
)

// readers is how many reads may run at once, and be nested, beside the one writer.
const readers = 8

// Options say how a database is opened.
type Options struct {
	// ReadOnly opens a database that exists, and never creates or changes one.
	ReadOnly bool
}

// DB is an open database. It implements room.Store and is safe for concurrent use: reads see a consistent moment and do not
// wait for the writer.
type DB struct {
	path     string
	readOnly string  // why nothing can be written; empty: it can, or reading was asked for
	reads    *sql.DB // mode=ro
	writes   *sql.DB // one connection, so that what it prepared stays prepared; nil: only reading
	insert   *sql.Stmt
	copied   string // folder of the private copy that is read in place of the file; empty: none
}

// Open opens the database at path; unless ReadOnly it creates the folder (0700) and the file (0600) where they are
// missing, and makes loose modes tight. A database of a newer version, or one that cannot be written, is opened for
// reading, with the reason in ReadOnlyReason. fs.ErrNotExist: there is none and ReadOnly is set.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	for began := time.Now(); ; time.Sleep(retryOpen) {
		db := &DB{path: path}
		err := db.open(ctx, o)
		if err == nil {
			return db, nil
		}
		// Two that open a new database at once both switch it to WAL, and SQLite refuses one of them at once: its busy
		// timeout does not count there. It is a matter of milliseconds, so the loser tries again.
		var e sqlite3.Error
		if errors.As(err, &e) && e.Code == sqlite3.ErrBusy && time.Since(began) < giveUpOpen && ctx.Err() == nil {
			if err := db.Close(); err != nil {
				return nil, fmt.Errorf("open the database %s: %w", path, err)
			}
			continue
		}
		return nil, errors.Join(fmt.Errorf("open the database %s: %w", path, explain(err, path)), db.Close())
	}
}

// How often and how long opening is tried while somebody else is opening too.
const (
	retryOpen  = 20 * time.Millisecond
	giveUpOpen = 2 * time.Second
)

func (db *DB) open(ctx context.Context, o Options) error {
	if err := prepare(db.path, o.ReadOnly); err != nil {
		return err
	}
	if !o.ReadOnly {
		db.readOnly = unwritable(db.path)
	}
	id, err := db.openReads(ctx, o.ReadOnly || db.readOnly != "")
	if err != nil {
		return err
	}
	if id.foreign() {
		return errors.New("it is a database of another program; name another file with --db")
	}
	if why := id.newer(); why != "" && db.readOnly == "" {
		db.readOnly = why
	}
	if o.ReadOnly || db.readOnly != "" {
		if id.empty() {
			return fmt.Errorf("nothing was ever written to it: %w", fs.ErrNotExist)
		}
		return nil
	}
	if err := migrate(ctx, db.path); err != nil {
		return err
	}
	// mattn's own default in WAL is synchronous NORMAL, which may lose the newest entries with the power; what we
	// acknowledge is durable, so it is FULL. The pragmas stand in the DSN because each belongs to a connection.
	db.writes, err = sql.Open("sqlite3", dsn(db.path, "mode=rw", "_txlock=immediate", "_journal_mode=WAL", "_synchronous=FULL"))
	if err != nil {
		return err
	}
	db.writes.SetMaxOpenConns(1)
	db.insert, err = db.writes.PrepareContext(ctx, `INSERT INTO entries(launch, seq, body, hash) VALUES (?, ?, ?, ?)`)
	return err
}

// openReads opens the connections that only read and tells whose database it is.
func (db *DB) openReads(ctx context.Context, readOnly bool) (identity, error) {
	id, err := db.connectReads(ctx, dsn(db.path, "mode=ro"))
	var e sqlite3.Error
	if err == nil || !errors.As(err, &e) || e.Code != sqlite3.ErrCantOpen && e.Code != sqlite3.ErrReadonly {
		return id, err
	}
	if !readOnly {
		// A new database's first transaction was cut short: only a writer may undo it.
		if err := migrate(ctx, db.path); err != nil {
			return identity{}, err
		}
		return db.connectReads(ctx, dsn(db.path, "mode=ro"))
	}
	still, copied, err := stillImage(db.path)
	if err != nil {
		return identity{}, errors.Join(e, err)
	}
	db.copied = copied
	if copied != "" {
		return db.connectReads(ctx, dsn(still, "mode=rw", "_query_only=on"))
	}
	return db.connectReads(ctx, dsn(still, "mode=ro", "immutable=1"))
}

func (db *DB) connectReads(ctx context.Context, source string) (identity, error) {
	reads, err := sql.Open("sqlite3", source)
	if err != nil {
		return identity{}, err
	}
	reads.SetMaxOpenConns(readers)
	reads.SetMaxIdleConns(2)
	id, err := identify(ctx, reads)
	if err != nil {
		return id, errors.Join(err, reads.Close())
	}
	db.reads = reads
	return id, nil
}

// dsn names the file at path for SQLite, with options beside those that every connection has.
func dsn(path string, options ...string) string {
	u := url.URL{Scheme: "file", Path: path, RawQuery: strings.Join(append(options, "_busy_timeout=5000", "_foreign_keys=on"), "&")}
	return u.String()
}

// Path is the file's absolute path.
func (db *DB) Path() string { return db.path }

// ReadOnlyReason is why nothing can be written; empty: it can, or the database was opened with Options.ReadOnly.
func (db *DB) ReadOnlyReason() string { return db.readOnly }

// Close closes the database. The writer's connection is the last one, so that it can tidy the log away.
func (db *DB) Close() error {
	var err error
	if db.reads != nil {
		err = db.reads.Close()
	}
	if db.insert != nil {
		err = errors.Join(err, db.insert.Close())
	}
	if db.writes != nil {
		err = errors.Join(err, db.writes.Close())
	}
	if db.copied != "" {
		err = errors.Join(err, os.RemoveAll(db.copied))
	}
	return err
}

// cannotWrite is the refusal of every write where there is no writer.
func (db *DB) cannotWrite(doing string) error {
	if db.readOnly == "" {
		return fmt.Errorf("%s: the database is open for reading only", doing)
	}
	return fmt.Errorf("%s: %s", doing, db.readOnly)
}
