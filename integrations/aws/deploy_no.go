package aws

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// sayingNo writes into CreateDeployment what the SDK leaves out because it is false. To leave out is to leave it to AWS
// what is meant, and here the whole point of two settings is their "enabled": false.
func sayingNo(stack *middleware.Stack) error {
	return stack.Serialize.Insert(middleware.SerializeMiddlewareFunc("tminus.SayingNo", func(ctx context.Context, in middleware.SerializeInput,
		next middleware.SerializeHandler) (middleware.SerializeOutput, middleware.Metadata, error) {
		var (
			out  middleware.SerializeOutput
			meta middleware.Metadata
		)
		r, ok := in.Request.(*smithyhttp.Request)
		if !ok {
			return out, meta, fmt.Errorf("say what is off: unknown request %T", in.Request)
		}
		text, err := io.ReadAll(r.GetStream())
		if err == nil {
			text, err = disabled(text, "autoRollbackConfiguration", "overrideAlarmConfiguration")
		}
		if err != nil {
			return out, meta, fmt.Errorf("say what is off: %w", err)
		}
		if in.Request, err = r.SetStream(bytes.NewReader(text)); err != nil {
			return out, meta, fmt.Errorf("say what is off: %w", err)
		}
		return next.HandleSerialize(ctx, in)
	}), "OperationSerializer", middleware.After)
}

// disabled sets enabled to false in settings of a request.
func disabled(text []byte, settings ...string) ([]byte, error) {
	var request map[string]any
	if err := json.Unmarshal(text, &request); err != nil {
		return nil, err
	}
	for _, name := range settings {
		setting, ok := request[name].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("no %s in the request", name)
		}
		setting["enabled"] = false
	}
	return json.Marshal(request)
}
