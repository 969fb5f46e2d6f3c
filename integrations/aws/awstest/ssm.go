package awstest

import (
	"fmt"
	"slices"
	"time"
)

// Parameter is one version of a parameter.
type Parameter struct {
	Name     string
	Type     string // String, StringList, SecureString
	Value    string
	Version  int
	By       string // ARN of who wrote it
	Modified time.Time
}

// keptVersions is how many versions of a parameter SSM keeps.
const keptVersions = 100

// SetParameter writes a version of a parameter, as somebody else would.
func (s *Server) SetParameter(name, kind, value, by string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writeParameter(name, kind, value, by)
}

// Parameter is the newest version of a parameter, and false where there is none.
func (s *Server) Parameter(name string) (Parameter, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newest(name)
}

func (s *Server) newest(name string) (Parameter, bool) {
	versions := s.parameters[name]
	if len(versions) == 0 {
		return Parameter{}, false
	}
	return versions[len(versions)-1], true
}

func (s *Server) writeParameter(name, kind, value, by string) Parameter {
	last, _ := s.newest(name)
	p := Parameter{Name: name, Type: kind, Value: value, Version: last.Version + 1, By: by, Modified: s.now()}
	versions := append(s.parameters[name], p)
	s.parameters[name] = versions[max(0, len(versions)-keptVersions):]
	return p
}

func (s *Server) getParameter(in input) (map[string]any, *Failure) {
	p, ok := s.newest(in.str("Name"))
	if !ok {
		return nil, noParameter(in.str("Name"))
	}
	return map[string]any{"Parameter": map[string]any{"Name": p.Name, "Type": p.Type, "Value": s.shown(p, in), "Version": p.Version,
		"LastModifiedDate": p.Modified, "ARN": "arn:aws:ssm:us-east-1:" + s.identity.Account + ":parameter" + p.Name, "DataType": "text"}}, nil
}

// shown is the value as it is read: a SecureString stays encrypted unless it is asked for decrypted.
func (s *Server) shown(p Parameter, in input) string {
	if p.Type == "SecureString" && !in.truth("WithDecryption") {
		return "AQICAHencrypted"
	}
	return p.Value
}

func (s *Server) getParameterHistory(in input) (map[string]any, *Failure) {
	versions := s.parameters[in.str("Name")]
	if len(versions) == 0 {
		return nil, noParameter(in.str("Name"))
	}
	skip, size := 0, 50
	if n := int(in.num("MaxResults")); n > 0 {
		size = min(n, size)
	}
	if token := in.str("NextToken"); token != "" {
		if n, err := fmt.Sscanf(token, "after-%d", &skip); n != 1 || err != nil || skip > len(versions) {
			return nil, &Failure{Status: 400, Code: "InvalidNextToken", Message: "The specified token is not valid."}
		}
	}
	end := min(skip+size, len(versions))
	page := []any{}
	for _, p := range versions[skip:end] {
		page = append(page, map[string]any{"Name": p.Name, "Type": p.Type, "Value": s.shown(p, in), "Version": p.Version,
			"LastModifiedDate": p.Modified, "LastModifiedUser": p.By})
	}
	out := map[string]any{"Parameters": page}
	if end < len(versions) {
		out["NextToken"] = fmt.Sprintf("after-%d", end)
	}
	return out, nil
}

func (s *Server) putParameter(in input) (map[string]any, *Failure) {
	last, exists := s.newest(in.str("Name"))
	kind := in.str("Type")
	switch {
	case exists && !in.truth("Overwrite"):
		return nil, &Failure{Status: 400, Code: "ParameterAlreadyExists", Message: "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."}
	case exists && kind == "":
		kind = last.Type
	case !slices.Contains([]string{"String", "StringList", "SecureString"}, kind):
		return nil, &Failure{Status: 400, Code: "ValidationException", Message: "A parameter type is required when you create a parameter."}
	}
	p := s.writeParameter(in.str("Name"), kind, in.str("Value"), s.identity.ARN)
	return map[string]any{"Version": p.Version, "Tier": "Standard"}, nil
}

func noParameter(name string) *Failure {
	return &Failure{Status: 400, Code: "ParameterNotFound", Message: "Parameter " + name + " not found."}
}
