// Package aws reads CloudWatch metrics and log groups, writes parameters, deploys, and holds the one session with AWS that
// everything else of this folder works on. Session knows credentials, clients and what an AWS error means for a launch
// (Fault); CloudWatch and Logs implement the room's port Source on it; Hands implements Hands, Flags and Deployments.
//
// A write is sent once, over a connection of its own (once.go). Whether a write that brought no answer can have arrived is
// decided by whether anybody had begun to read its body; what may have arrived is looked up and never repeated.
package aws
