package data

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"tminus/model/room"
)

// Launches lists the launches, the oldest first. It looks at the first and the last entry of each, however long they are.
func (db *DB) Launches(ctx context.Context) ([]room.LaunchInfo, error) {
	list, err := db.launches(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the launches: %w", explain(err, db.path))
	}
	slices.SortStableFunc(list, func(a, b room.LaunchInfo) int {
		return cmp.Or(a.FirstAt.Compare(b.FirstAt), cmp.Compare(a.Name, b.Name))
	})
	return list, nil
}

func (db *DB) launches(ctx context.Context) ([]room.LaunchInfo, error) {
	tx, err := db.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // a read: there is nothing that could be lost
	closed, err := closedLaunches(ctx, tx)
	if err != nil {
		return nil, err
	}
	// The names are found one by one through the primary key, since GROUP BY would read every entry. What somebody has put
	// there from outside, of whatever type, must not hide the rest.
	imported, err := importedLaunches(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `
WITH RECURSIVE names(launch) AS (
  SELECT min(launch) FROM entries
  UNION ALL
  SELECT (SELECT min(launch) FROM entries WHERE launch > names.launch) FROM names WHERE names.launch IS NOT NULL)
SELECT n.launch, CAST(l.seq AS INTEGER), coalesce(l.hash, ''), coalesce(f.body, ''), coalesce(l.body, '') FROM names n
JOIN entries f ON f.launch = n.launch AND f.seq = (SELECT min(seq) FROM entries WHERE launch = n.launch)
JOIN entries l ON l.launch = n.launch AND l.seq = (SELECT max(seq) FROM entries WHERE launch = n.launch)`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []room.LaunchInfo
	for rows.Next() {
		var i room.LaunchInfo
		var first, last string
		if err := rows.Scan(&i.Name, &i.Head.Seq, &i.Head.Hash, &first, &last); err != nil {
			return nil, err
		}
		f, l := glance(first), glance(last)
		i.ID, i.Title, i.Mode, i.FirstAt = f.Data.ID, f.Data.Title, f.Mode, f.At
		i.File, i.FileHash = f.Data.Path, f.Data.File
		i.Entries, i.LastAt, i.Head.At = i.Head.Seq, l.At, l.At
		i.Imported = imported[i.Name]
		i.Open = !closed[i.Name] && !i.Imported
		list = append(list, i)
	}
	return list, rows.Err()
}

// closedLaunches finds the launches with a launch.closed entry, by the index made for it.
func closedLaunches(ctx context.Context, tx *sql.Tx) (map[string]bool, error) {
	rows, err := tx.QueryContext(ctx, `SELECT launch, body FROM entries WHERE instr(body, '"kind":"launch.closed"') > 0`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	closed := map[string]bool{}
	for rows.Next() {
		var launch, body string
		if err := rows.Scan(&launch, &body); err != nil {
			return nil, err
		}
		if glance(body).Kind == "launch.closed" { // and it is not said in a note
			closed[launch] = true
		}
	}
	return closed, rows.Err()
}

// glimpse is what a list shows of a body.
type glimpse struct {
	At   time.Time `json:"at"`
	Mode string    `json:"mode"`
	Kind string    `json:"kind"`
	Data struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		Path  string `json:"path"`
		File  string `json:"file"`
	} `json:"data"`
}

// glance reads what can be read of a body; what is broken is left empty, for verify to tell.
func glance(body string) (g glimpse) {
	_ = json.Unmarshal([]byte(body), &g)
	return g
}
