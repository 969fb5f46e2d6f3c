package aws

import (
	"os"
	"testing"
)

// Who compares accounts has to notice that a reading was made with other credentials than those that STS was asked with.
func TestReadingsTellOtherCredentialsApart(t *testing.T) {
	_, session := world(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	path := os.Getenv("AWS_SHARED_CREDENTIALS_FILE")
	keys := map[string]bool{}
	for _, key := range []string{"AKIDONE", "AKIDTWENTYTWO"} {
		write(t, path, "[default]\naws_access_key_id = "+key+"\naws_secret_access_key = s\n")
		round := read(t, NewCloudWatch(session), single("Errors"))
		id, err := NewHands(session).Identity(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if round.Key == "" || id.Key != round.Key {
			t.Errorf("read with %q, identified with %q", round.Key, id.Key)
		}
		keys[round.Key] = true
	}
	if len(keys) != 2 {
		t.Errorf("keys: %v", keys)
	}
}
