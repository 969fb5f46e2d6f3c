package launch
import ("testing";"math/rand/v2";"time";"pgregory.net/rapid";"fmt")
func TestStat(t *testing.T){
 n:=map[string]int{}
 rapid.Check(t, func(r *rapid.T){})
 for seed:=uint64(0);seed<300;seed++{
  func(){
   p := player{T: nil, rng: rand.New(rand.NewPCG(seed,1)), l: newLaunch(t, Live, t0.Add(-70*time.Minute))}
   defer func(){ if e:=recover();e!=nil{ fmt.Println("seed",seed,e,p.l.entries[len(p.l.entries)-1].Kind) } }()
   p.start(int(seed%4))
   for range 100 {
			p.l.now = p.l.now.Add(time.Duration(pick(p, []int{0, 0, 0, 1, 5, 20, 60, 600})) * time.Second)
				p.move(who(pick(p, players)))
   }
   for _,e:=range p.l.entries{n[e.Kind]++}
  }()
 }
 for k,v:=range n{fmt.Println(k,v)}
}
