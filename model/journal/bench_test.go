package journal

import (
	"crypto/sha256"
	"testing"
)

// The budgets of verification are ratios to BenchmarkHashAlone: 10 for the chain, 25 for the strict pass.
const benchEntries = 10000

func BenchmarkHashAlone(b *testing.B) {
	rows := chainOf(b, "checkout-v2", benchEntries)
	var sum byte
	for b.Loop() {
		for _, r := range rows {
			s := sha256.Sum256([]byte(r.Body))
			sum ^= s[0]
		}
	}
	_ = sum
}

func BenchmarkVerifyChain(b *testing.B) {
	rows := chainOf(b, "checkout-v2", benchEntries)
	b.ReportAllocs()
	for b.Loop() {
		if r := VerifyChain("checkout-v2", seq(rows), nil); r.Entries != benchEntries {
			b.Fatal(r.Err())
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	rows := chainOf(b, "checkout-v2", benchEntries)
	b.ReportAllocs()
	for b.Loop() {
		if r := Verify("checkout-v2", seq(rows), nil); r.Entries != benchEntries {
			b.Fatal(r.Err())
		}
	}
}

func BenchmarkEntries(b *testing.B) {
	rows := chainOf(b, "checkout-v2", benchEntries)
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range Entries("checkout-v2", seq(rows), nil) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Seal("checkout-v2", "LIVE", Head{}, t0, sample(1)); err != nil {
			b.Fatal(err)
		}
	}
}
