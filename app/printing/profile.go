package printing

import (
	"bytes"
	"encoding/binary"
	"math"
)

// sRGB is a colour profile of IEC 61966-2-1, version 2 of the format (ICC.1:2001-04),
// adapted to D50. It is made here, so that nobody's file is copied.
func sRGB() []byte {
	curve := curveTag()
	tags := []struct {
		name    string
		content []byte
	}{
		{"desc", description("sRGB")},
		{"cprt", append([]byte("text\x00\x00\x00\x00"), "No copyright, use freely\x00"...)},
		{"wtpt", xyz(0.9642, 1, 0.8249)},
		{"rXYZ", xyz(0.43607, 0.22249, 0.01392)},
		{"gXYZ", xyz(0.38515, 0.71687, 0.09708)},
		{"bXYZ", xyz(0.14307, 0.06061, 0.7141)},
		{"rTRC", curve},
		{"gTRC", curve},
		{"bTRC", curve},
	}
	var table, data bytes.Buffer
	number(&table, uint32(len(tags)))
	begin := 128 + 4 + 12*len(tags)
	for _, t := range tags {
		table.WriteString(t.name)
		number(&table, uint32(begin+data.Len()))
		number(&table, uint32(len(t.content)))
		data.Write(t.content)
		data.Write(make([]byte, -len(t.content)&3))
	}
	var out bytes.Buffer
	number(&out, uint32(begin+data.Len()))
	out.WriteString("\x00\x00\x00\x00\x02\x10\x00\x00mntrRGB XYZ ")
	for _, part := range []uint16{2026, 1, 1, 0, 0, 0} {
		_ = binary.Write(&out, binary.BigEndian, part)
	}
	out.WriteString("acsp")
	out.Write(make([]byte, 28))
	out.Write(xyz(0.9642, 1, 0.8249)[8:])
	out.Write(make([]byte, 128-out.Len()))
	out.Write(table.Bytes())
	out.Write(data.Bytes())
	return out.Bytes()
}

func number(out *bytes.Buffer, n uint32) { _ = binary.Write(out, binary.BigEndian, n) }

// xyz are three numbers, as 1/65536 each.
func xyz(values ...float64) []byte {
	out := bytes.NewBufferString("XYZ \x00\x00\x00\x00")
	for _, v := range values {
		number(out, uint32(math.Round(v*65536)))
	}
	return out.Bytes()
}

func description(s string) []byte {
	out := bytes.NewBufferString("desc\x00\x00\x00\x00")
	number(out, uint32(len(s)+1))
	out.WriteString(s)
	out.Write(make([]byte, 1+4+4+2+1+67))
	return out.Bytes()
}

// curveTag is how bright each of 1024 steps is.
func curveTag() []byte {
	const steps = 1024
	out := bytes.NewBufferString("curv\x00\x00\x00\x00")
	number(out, steps)
	for i := range steps {
		v := float64(i) / (steps - 1)
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		_ = binary.Write(out, binary.BigEndian, uint16(math.Round(v*65535)))
	}
	return out.Bytes()
}
