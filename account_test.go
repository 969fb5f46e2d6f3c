package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tminus/integrations/aws/awstest"
)

// In another account than launch.yaml names nothing reads GREEN, whatever CloudWatch answers there; in the right one all is
// read, without a restart.
func TestAnotherAccountIsNeverGreen(t *testing.T) {
	w, server := newRollback(t)
	server.SetIdentity(awstest.Identity{Account: "999999999999", ARN: "arn:aws:iam::999999999999:user/lead", UserID: "U"})
	w.open()
	s := w.until("the account is another", func(s watchedStatus) bool { return s.monitor("error-rate") == "ERROR" })
	if all := strings.Join(s.Reasons, "; "); s.Status == "GREEN" || !strings.Contains(all, "999999999999") || !strings.Contains(all, "123456789012") || !strings.Contains(all, "aws.account") {
		t.Errorf("%s: %s", s.Status, all)
	}
	if calls := len(server.Calls("cloudwatch:GetMetricData")); calls > 1 {
		t.Errorf("%d calls were paid for in the wrong account", calls)
	}
	server.SetIdentity(awstest.Identity{Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/lead", UserID: "U"})
	for wait := time.Now().Add(2 * time.Minute); ; time.Sleep(500 * time.Millisecond) { // it is asked again after half a minute
		var s watchedStatus
		if out := w.run("status", "--json"); json.Unmarshal([]byte(out), &s) == nil && s.Status == "GREEN" {
			return
		} else if time.Now().After(wait) {
			t.Fatalf("in the right account: %s", out)
		}
	}
}
