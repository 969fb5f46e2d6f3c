package awstest

// Identity is who the caller is.
type Identity struct {
	Account string
	ARN     string
	UserID  string
}

// SetIdentity says who every caller is from now on.
func (s *Server) SetIdentity(id Identity) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identity = id
}

func (s *Server) getCallerIdentity(input) (map[string]any, *Failure) {
	return map[string]any{"Account": s.identity.Account, "Arn": s.identity.ARN, "UserId": s.identity.UserID}, nil
}
