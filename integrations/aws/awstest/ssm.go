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
	Key      string // of a SecureString
	Tier     string // Standard, Advanced
}

const ownKey = "alias/aws/ssm" // what SSM encrypts with where no key is named

// keptVersions is how many versions of a parameter SSM keeps.
const keptVersions = 100

// SetParameter writes a version of a parameter, as somebody else would.
func (s *Server) SetParameter(name, kind, value, by string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writeParameter(Parameter{Name: name, Type: kind, Value: value, By: by})
}

// SetStorage says what a parameter is encrypted with, and its tier.
func (s *Server) SetStorage(name, key, tier string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if versions := s.parameters[name]; len(versions) > 0 {
		last := &versions[len(versions)-1]
		last.Key, last.Tier = key, tier
	}
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

// writeParameter adds a version, with SSM's own key and tier where none is given.
func (s *Server) writeParameter(p Parameter) Parameter {
	last, _ := s.newest(p.Name)
	p.Version, p.Modified = last.Version+1, s.now()
	if p.Tier == "" {
		p.Tier = "Standard"
	}
	if p.Type == "SecureString" && p.Key == "" {
		p.Key = ownKey
	}
	versions := append(s.parameters[p.Name], p)
	s.parameters[p.Name] = versions[max(0, len(versions)-keptVersions):]
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
		v := map[string]any{"Name": p.Name, "Type": p.Type, "Value": s.shown(p, in), "Version": p.Version,
			"LastModifiedDate": p.Modified, "LastModifiedUser": p.By, "Tier": p.Tier}
		if p.Key != "" {
			v["KeyId"] = p.Key
		}
		page = append(page, v)
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
	if last.Tier == "Advanced" && in.str("Tier") != "Advanced" {
		return nil, &Failure{Status: 400, Code: "ValidationException", Message: "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier."}
	}
	p := s.writeParameter(Parameter{Name: in.str("Name"), Type: kind, Value: in.str("Value"), By: s.identity.ARN, Key: in.str("KeyId"), Tier: in.str("Tier")})
	return map[string]any{"Version": p.Version, "Tier": p.Tier}, nil
}

func noParameter(name string) *Failure {
	return &Failure{Status: 400, Code: "ParameterNotFound", Message: "Parameter " + name + " not found."}
}
