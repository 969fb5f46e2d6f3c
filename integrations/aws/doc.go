// Package aws reads CloudWatch metrics and log groups, and holds the one session with AWS that everything else of this
// folder works on. Session knows credentials, clients and what an AWS error means for a launch (Fault); CloudWatch and
// Logs implement the room's port Source on it.
package aws
