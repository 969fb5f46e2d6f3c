package journal

import "fmt"

// object takes an object; each is called for every key and takes its value.
func (c *scanner) object(depth int, each func(key text) error) error {
	if depth > maxDepth {
		return errDepth
	}
	if err := c.expect('{'); err != nil {
		return err
	}
	if c.peek() == '}' {
		c.i++
		return nil
	}
	base := len(c.keys)
	var seen map[string]bool
	for {
		key, err := c.str()
		if err != nil {
			return err
		}
		if seen, err = c.once(base, key, seen); err != nil {
			return err
		}
		if err := c.expect(':'); err != nil {
			return err
		}
		if err := each(key); err != nil {
			return err
		}
		if c.peek() != ',' {
			c.keys = c.keys[:base]
			return c.expect('}')
		}
		c.i++
	}
}

// once notes a key of the object whose keys begin at base, and refuses one that stands there already. The map takes over
// when there are many.
func (c *scanner) once(base int, key text, seen map[string]bool) (map[string]bool, error) {
	if seen == nil {
		for _, k := range c.keys[base:] {
			if sameKey(k, key) {
				return nil, errTwice(key)
			}
		}
		c.keys = append(c.keys, key)
		if len(c.keys)-base < manyKeys {
			return nil, nil
		}
		seen = make(map[string]bool, 2*manyKeys)
		for _, k := range c.keys[base:] {
			seen[k.folded()] = true
		}
		return seen, nil
	}
	folded := key.folded()
	if seen[folded] {
		return seen, errTwice(key)
	}
	seen[folded] = true
	return seen, nil
}

// array takes an array; each takes one element.
func (c *scanner) array(depth int, each func() error) error {
	if depth > maxDepth {
		return errDepth
	}
	if err := c.expect('['); err != nil {
		return err
	}
	if c.peek() == ']' {
		c.i++
		return nil
	}
	for {
		if err := each(); err != nil {
			return err
		}
		if c.peek() != ',' {
			return c.expect(']')
		}
		c.i++
	}
}

func errTwice(key text) error {
	return fmt.Errorf("the key %s stands twice in one object", quote(key.value()))
}
