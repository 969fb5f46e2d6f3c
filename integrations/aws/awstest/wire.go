package awstest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// protocol writes an answer or a failure the way a service speaks.
type protocol interface {
	write(w http.ResponseWriter, action string, out map[string]any, f *Failure)
}

// input is a decoded request. A field that is missing or of another kind reads as zero.
type input map[string]any

func (in input) str(key string) string   { v, _ := in[key].(string); return v }
func (in input) num(key string) float64  { v, _ := in[key].(float64); return v }
func (in input) truth(key string) bool   { v, _ := in[key].(bool); return v }
func (in input) list(key string) []any   { v, _ := in[key].([]any); return v }
func (in input) at(key string) time.Time { v, _ := in[key].(time.Time); return v }
func (in input) sub(key string) input    { return asInput(in[key]) }

func asInput(v any) input {
	m, _ := v.(map[string]any)
	return m
}

// decode finds out from the request which protocol it speaks and what it asks.
func decode(r *http.Request, body []byte) (protocol, string, input, error) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/service/GraniteServiceVersion20100801/operation/"); ok {
		v, err := cbor.Decode(body)
		if err != nil {
			return nil, "", nil, fmt.Errorf("decode CBOR: %w", err)
		}
		return cborProtocol{}, "cloudwatch:" + rest, asInput(fromCBOR(v)), nil
	}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		service, operation, _ := strings.Cut(target, ".")
		prefix := map[string]string{"Logs_20140328": "logs", "AmazonSSM": "ssm", "CodeDeploy_20141006": "codedeploy"}[service]
		if prefix == "" {
			return nil, "", nil, fmt.Errorf("unknown target %s", target)
		}
		var in input
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, "", nil, fmt.Errorf("decode JSON: %w", err)
		}
		return jsonProtocol{}, prefix + ":" + operation, in, nil
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("Version") != "2011-06-15" {
		return nil, "", nil, fmt.Errorf("neither CBOR, JSON nor a query of STS: %s %s", r.Method, r.URL.Path)
	}
	in := make(input)
	for key := range form {
		in[key] = form.Get(key)
	}
	return queryProtocol{}, "sts:" + form.Get("Action"), in, nil
}

type cborProtocol struct{}

func (cborProtocol) write(w http.ResponseWriter, _ string, out map[string]any, f *Failure) {
	w.Header().Set("Content-Type", "application/cbor")
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	if f != nil {
		// Some of CloudWatch's errors spell it one way in its model, some the other.
		out = map[string]any{"__type": "com.amazonaws.cloudwatch#" + f.Code, "message": f.Message, "Message": f.Message}
		w.Header().Set("X-Amzn-Query-Error", f.queryCode()+";Sender")
	}
	send(w, f, cbor.Encode(toCBOR(out)))
}

type jsonProtocol struct{}

func (jsonProtocol) write(w http.ResponseWriter, _ string, out map[string]any, f *Failure) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if f != nil {
		out = map[string]any{"__type": f.Code, "message": f.Message}
	}
	body, err := json.Marshal(toJSON(out))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	send(w, f, body)
}

type queryProtocol struct{}

func (queryProtocol) write(w http.ResponseWriter, action string, out map[string]any, f *Failure) {
	w.Header().Set("Content-Type", "text/xml")
	var b strings.Builder
	element := func(name, value string) {
		b.WriteString("<" + name + ">")
		_ = xml.EscapeText(&b, []byte(value)) // a strings.Builder takes all
		b.WriteString("</" + name + ">")
	}
	if f != nil {
		b.WriteString("<ErrorResponse><Error>")
		element("Type", "Sender")
		element("Code", f.queryCode())
		element("Message", f.Message)
		b.WriteString("</Error></ErrorResponse>")
		send(w, f, []byte(b.String()))
		return
	}
	_, operation, _ := strings.Cut(action, ":")
	b.WriteString("<" + operation + "Response><" + operation + "Result>")
	for name, value := range out {
		element(name, fmt.Sprint(value))
	}
	b.WriteString("</" + operation + "Result></" + operation + "Response>")
	send(w, nil, []byte(b.String()))
}

// queryCode is the older name that services with a Query protocol keep for their errors.
func (f *Failure) queryCode() string { return strings.TrimSuffix(f.Code, "Exception") }

func send(w http.ResponseWriter, f *Failure, body []byte) {
	status := http.StatusOK
	if f != nil {
		status = f.Status
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", fmt.Sprint(int(math.Ceil(f.RetryAfter.Seconds()))))
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has gone away is its own affair
}

func toJSON(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = toJSON(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = toJSON(value)
		}
		return out
	case time.Time:
		return float64(v.UnixMilli()) / 1000
	}
	return v
}

func toCBOR(v any) cbor.Value {
	switch v := v.(type) {
	case map[string]any:
		out := make(cbor.Map, len(v))
		for key, value := range v {
			out[key] = toCBOR(value)
		}
		return out
	case []any:
		out := make(cbor.List, len(v))
		for i, value := range v {
			out[i] = toCBOR(value)
		}
		return out
	case string:
		return cbor.String(v)
	case float64:
		return cbor.Float64(v)
	case bool:
		return cbor.Bool(v)
	case time.Time:
		return &cbor.Tag{ID: 1, Value: cbor.Float64(float64(v.UnixMilli()) / 1000)}
	}
	return &cbor.Nil{}
}

func fromCBOR(v cbor.Value) any {
	switch v := v.(type) {
	case cbor.Map:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = fromCBOR(value)
		}
		return out
	case cbor.List:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = fromCBOR(value)
		}
		return out
	case cbor.String:
		return string(v)
	case cbor.Bool:
		return bool(v)
	case *cbor.Tag:
		if at, err := cbor.AsTime(v); err == nil {
			return at
		}
	}
	if n, err := cbor.AsFloat64(v); err == nil {
		return n
	}
	if n, err := cbor.AsInt64(v); err == nil {
		return float64(n)
	}
	return nil
}
