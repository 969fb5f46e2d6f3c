// Package runbook is the reusable launch procedure: its types in the order of the seed's sections, its loader with
// every mistake of a file in one run, and the look-ups by id.
package runbook
