package launchfile

import "testing"

func TestMistakesInBindings(t *testing.T) {
	const cw = "namespace: N, name: E, stat: Sum"
	for _, c := range []struct{ name, yaml, want string }{
		{"no source", "sources: {m: {}}", `f:7:14: source "m" has 0 kinds; expected exactly one of cloudwatch, prometheus, http, and manual: {}`},
		{"two sources", "sources: {m: {manual: {}, http: {url: \"http://a\", json: b}}}", `f:7:14: source "m" has 2 kinds`},
		{"empty metric", "sources: {m: {cloudwatch: {period: 60s}}}", `f:7:27: "namespace" is missing; expected a CloudWatch namespace
f:7:27: "name" is missing
f:7:27: "stat" is missing; expected one of Sum, Average, Minimum, Maximum, SampleCount, p0 to p100`},
		{"statistics", "sources:\n  a: {cloudwatch: {namespace: N, name: E, stat: sum}}\n  b: {cloudwatch: {namespace: N, name: E, stat: p101}}\n  c: {cloudwatch: {namespace: N, name: E, stat: p99.9}}\n  d: {cloudwatch: {namespace: N, name: E, stat: p}}", `f:8:49: statistic "sum"; expected "Sum", the nearest known
f:9:49: statistic "p101"; expected
f:11:49: statistic "p"; expected`},
		{"period", "sources: {m: {cloudwatch: {period: 90s, " + cw + "}}}", `f:7:36: period 1m30s; expected 1s, 5s, 10s, 20s, 30s or whole minutes up to 24h`},
		{"bad duration", "sources: {m: {cloudwatch: {period: 60, " + cw + "}}}", `f:7:36: "period": "60" is not a duration; expected a number and s, m, h or d`},
		{"missing", "sources: {m: {cloudwatch: {" + cw + ", missing: zero}}}", `f:7:71: missing: zero in a single metric; expected an expression`},
		{"missing what", "sources: {m: {cloudwatch: {" + cw + ", missing: one}}}", `f:7:71: "missing" is "one"; expected zero, or nothing`},
		{"expression alone", "sources: {m: {cloudwatch: {expression: a / b}}}", `f:7:40: the expression names "a", which is no metric here; expected nothing here
f:7:40: the expression names "b"`},
		{"unknown name", "sources: {m: {cloudwatch: {expression: error / 2, metrics: {errors: {" + cw + "}}}}}", `f:7:40: the expression names "error", which is no metric here; expected "errors", the nearest known under metrics`},
		{"syntax", "sources: {m: {cloudwatch: {expression: \"errors % 2\", metrics: {errors: {" + cw + "}}}}}", `f:7:40: unexpected "% 2" in the expression; expected an operator or the end`},
		{"metrics without expression", "sources: {m: {cloudwatch: {metrics: {errors: {" + cw + "}}}}}", `f:7:27: "expression" is missing`},
		{"both forms", "sources: {m: {cloudwatch: {expression: errors, namespace: N, metrics: {errors: {" + cw + "}}}}}", `f:7:48: "namespace" beside an expression; expected it under each of the metrics`},
		{"all zero", "sources: {m: {cloudwatch: {expression: errors, metrics: {errors: {" + cw + ", missing: zero}}}}}", `f:7:57: every metric says missing: zero; expected one without it`},
		{"metric's name", "sources: {m: {cloudwatch: {expression: a, metrics: {a: {" + cw + "}, b-c: {" + cw + "}}}}}", `f:7:92: metric "b-c"; expected letters, digits and _`},
		{"dimension", "sources: {m: {cloudwatch: {" + cw + ", dimensions: {Service: \"\"}}}}", `f:7:84: dimension "Service" is empty`},
		{"prometheus", "sources: {m: {prometheus: {url: \"ftp://a\", token_env: \"a b\", token_file: /t}}}", `f:7:27: "query" is missing
f:7:33: "url" is "ftp://a"; expected an address such as
f:7:74: token_env and token_file are both given; expected one of them`},
		{"password in an address", "sources: {m: {http: {url: \"https://a:b@c\", json: x..y}}}", `f:7:27: "url" holds a user or a password; expected an address without them
f:7:50: "json" is "x..y"; expected the dotted path of a number`},
		{"a secret instead of its name", "notify: {slack: {webhook_env: \"https://hooks.example/x\"}}", `f:7:31: no environment variable's name: "https://hooks.example/x"; expected letters, digits and _`},
		{"relative secret file", "notify: {slack: {webhook_file: x}}", `f:7:32: "webhook_file" is "x"; expected an absolute path`},
		{"slack twice", "notify: {slack: {webhook_env: A, token_env: B}}", `f:7:17: slack needs one way to post`},
		{"slack without channel", "notify: {slack: {token_env: B}}", `f:7:17: "channel" is missing`},
		{"status page", "notify: {statuspage: {}}", `f:7:22: "page" is missing
f:7:22: no token; expected token_env or token_file`},
		{"email", "notify: {email: {smtp: mail, from: \"a@b\\r\\nBcc: c@d\", to: []}}", `f:7:24: "smtp" is "mail"; expected host:port
f:7:36: no mail address
f:7:59: nobody to write to`},
		{"port", "notify: {email: {smtp: \"m:99999\", from: a@b, to: [c@d, e]}}", `f:7:24: "smtp" is "m:99999"
f:7:56: no mail address: "e"`},
		{"slack channel", "notify: {slack: {token_env: B, channel: \"<!here>\"}}", `f:7:41: "channel" is "<!here>"; expected the channel to post to`},
		{"status page's address", "notify: {statuspage: {page: \"https://status.example\", token_env: T}}", `f:7:29: "page" is "https://status.example"; expected the id of a page`},
		{"email login", "notify: {email: {smtp: \"m:587\", from: a@b, to: [c@d, c@d], user: me}}", `f:7:54: the address "c@d" is listed again; expected each reader once
f:7:66: "user" without a password; expected password_env or password_file`},
		{"pagerduty", "notify: {pagerduty: {}}", `f:7:21: no routing key; expected routing_key_env or routing_key_file`},
		{"log group", "logs: [{group: \"a b\", error: E}, {group: /a}, {group: /a, error: E}]", `f:7:16: "group" is "a b"; expected the name of a CloudWatch Logs group
f:7:34: no pattern to count
f:7:55: log group "/a" is listed again`},
		{"flag", "flags: {Main: {ssm: {name: a b, on: \"1\", off: \"1\"}, effect: {monitor: x, expect: drops}}}", `f:7:9: flag "Main"; expected lower-case words
f:7:28: "name" is "a b"; expected the name of a parameter
f:7:47: on and off are both "1"; expected two values
f:7:82: "drops" is unknown; expected one of falls, rises`},
		{"flag without parameter", "flags: {main: {}}", `f:7:15: "ssm" is missing`},
		{"commits", "deploy: {codedeploy: {application: a, group: g, github: {repository: shop, release: abc123, last_known_good: HEAD}}}", `f:7:70: "repository" is "shop"; expected owner/name
f:7:85: "release" is "abc123"; expected the full 40 hex digits of a commit
f:7:110: "last_known_good" is "HEAD"; expected the full 40 hex digits of a commit`},
		{"no deployment", "deploy: {}", `f:7:9: "codedeploy" is missing`},
		{"no repository", "deploy: {codedeploy: {application: a, group: g}}", `f:7:22: "github" is missing`},
		{"program", "actions: {a: {run: [halt.sh], undo: [], timeout: 0s, env: [A-B, TMINUS_VAR_X]}}", `f:7:21: program "halt.sh"; expected an absolute path such as /opt/shop/halt.sh
f:7:37: no program to run
f:7:50: no timeout to work with
f:7:60: no environment variable's name: "A-B"
f:7:65: "TMINUS_VAR_X" is set from vars already`},
		{"zero byte", "actions: {a: {run: [/a, \"b\\0\"]}}", `f:7:25: an argument with a zero byte`},
		{"a shell line", "actions: {a: {run: \"/a b | c\"}}", `f:7:20: "run" is "/a b | c"; expected a list`},
		{"probe", "probes: {a: {}, b: {http: \"https://a\", run: [/b]}, c: {run: [/b], expect: 200}, d: {http: x, expect: 99}}", `f:7:13: probe "a" needs one kind
f:7:20: probe "b" needs one kind
f:7:67: "expect" beside run
f:7:91: "http" is "x"
f:7:102: status 99; expected an HTTP status from 100 to 599`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, errs := Load("f", []byte(small+c.yaml))
			expectLines(t, errs.Error(), c.want)
		})
	}
}
