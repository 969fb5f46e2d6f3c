package data

import (
	"context"
	"errors"
	"fmt"
)

// OpenForWriting opens the database at path, which is made where it is missing, and takes its lock. One that can only be
// read is an error here.
func OpenForWriting(ctx context.Context, path string) (*DB, *FileLock, error) {
	db, err := Open(ctx, path, Options{})
	if err != nil {
		return nil, nil, err
	}
	if why := db.ReadOnlyReason(); why != "" {
		return nil, nil, errors.Join(fmt.Errorf("%s cannot be written: %s", path, why), db.Close())
	}
	lock, err := Lock(path)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, lock, nil
}
