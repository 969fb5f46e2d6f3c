package aws

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"tminus/model/launchfile"
	"tminus/model/room"
)

// A server that somebody else wrote keeps awstest honest.
func TestLogsOfMoto(t *testing.T) {
	if testing.Short() {
		t.Skip("moto_server takes seconds to start")
	}
	path, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("moto_server is not installed")
	}
	_, session := world(t)
	endpoint := startMoto(t, path)
	t.Setenv("AWS_ENDPOINT_URL", endpoint)
	who, err := session.STS(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if id, err := who.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}); err != nil || len(*id.Account) != 12 {
		t.Fatalf("%+v, %v", id, err)
	}
	client, err := session.Logs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	minute := now.Truncate(time.Minute).Add(-2 * time.Minute)
	group, stream := aws.String("/shop/checkout"), aws.String("s")
	_, err = client.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: group})
	if err == nil {
		_, err = client.CreateLogStream(t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: group, LogStreamName: stream})
	}
	if err == nil {
		_, err = client.PutLogEvents(t.Context(), &cloudwatchlogs.PutLogEventsInput{LogGroupName: group, LogStreamName: stream, LogEvents: []types.InputLogEvent{
			{Message: aws.String("ERROR a"), Timestamp: aws.Int64(minute.UnixMilli())},
			{Message: aws.String("fine"), Timestamp: aws.Int64(minute.Add(time.Second).UnixMilli())},
			{Message: aws.String("ERROR b"), Timestamp: aws.Int64(minute.Add(59 * time.Second).UnixMilli())},
		}})
	}
	if err != nil {
		t.Fatal(err)
	}
	q := room.Query{Monitor: "log", Period: time.Minute, From: minute.Add(-time.Minute), To: minute.Add(2 * time.Minute),
		Source: launchfile.Source{Logs: &launchfile.LogCount{Group: *group, Level: "error", Pattern: "ERROR"}}}
	a := read(t, NewLogs(session), q).Answers[0]
	if len(a.Points) != 3 || a.Points[0].Value != 0 || a.Points[1].Value != 2 || a.Points[2].Value != 0 || len(a.Lines) != 2 {
		t.Errorf("%+v", a)
	}
	q.Source.Logs.Group = "/shop/gone"
	if f := failing(t, NewLogs(session), q); f.Kind != room.FaultMissing {
		t.Errorf("%+v", f)
	}
}

func startMoto(t *testing.T, path string) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	_ = free.Close()
	cmd := exec.Command(path, "-H", "127.0.0.1", "-p", fmt.Sprint(port))
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")} // not world's profile, which is moto's too
	if err := cmd.Start(); err != nil {
		t.Skipf("moto_server does not start: %v", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	address := fmt.Sprintf("127.0.0.1:%d", port)
	for range 300 {
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			return "http://" + address
		}
		select {
		case <-ended:
			t.Skip("moto_server ended before it listened")
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Skip("moto_server does not listen within 30 s")
	return ""
}
