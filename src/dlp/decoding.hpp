#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace edgeward::dlp {

// What a text says one layer deeper, and where each part of it stood.
struct Layer {
    struct Anchor {
        std::uint32_t from;    // what stood for something else begins here
        std::uint32_t here;    // and ends here; of base64 both are its beginning
        std::uint32_t source;  // of `here` in the layer above
    };
    std::string text;
    std::vector<Anchor> anchors;  // ascending
    std::uint32_t copied = 0;     // what is before came with resolved escapes, what is behind out of base64
    bool opaque = false;          // base64 of something compressed, of an image, of a PDF
    std::uint32_t opaque_at = 0;  // in the layer above

    void clear();
    [[nodiscard]] std::size_t source_of(std::size_t offset) const;
};

// Resolves, in one pass, HL7 escapes (\F\ \S\ \T\ \R\ \E\ \P\ \H\ \N\ \Xhh..\ \Cxxyy\ \Mxxyyzz\ \.br\ \Zxx\),
// those of JSON, XML's five entities and the numeric ones with HTML's German letters, %hh; and appends what
// each run of eight or more base64 characters (RFC 4648 §4, §5; lines of 60 and more may be wrapped) decodes
// to, when that reads as text. `above` is the layer whose text `raw` is, if it is one: a run that was decoded
// there is not decoded again, so that layers come to an end. False: nothing of it is there, and the layer is
// empty.
bool decode(std::string_view raw, const Layer* above, Layer& into);

}  // namespace edgeward::dlp
