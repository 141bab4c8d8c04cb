#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/model/observation.hpp>

namespace edgeward::fhir {

// What `meta` of an observation depends on within one bundle.
struct MetaKey {
    model::Quality quality = model::Quality::reliable;
    bool production = true;
    bool profiled = false;
    const void* sign = nullptr;  // whose profile
    friend bool operator==(const MetaKey&, const MetaKey&) = default;
};

// Texts that come again and again in one bundle: a device measures the same few things. Each is written once
// and copied then; the values are no part of them. One bundle, one thread.
class KnownTexts {
public:
    // Appends what `write` appends, which is the same whenever `code` and `of`, something that lives longer
    // than this, are the same.
    template <typename Write>
    void append_code(std::string& out, const model::Code& code, const void* of, const Write& write) {
        const auto same = [&](const CodeText& known) { return known.of == of && known.code == code; };
        append(codes_, out, same, write, [&](std::string text) {
            return CodeText{code, of, std::move(text)};
        });
    }
    template <typename Write>
    void append_meta(std::string& out, const MetaKey& key, const Write& write) {
        const auto same = [&](const MetaText& known) { return known.key == key; };
        append(metas_, out, same, write, [&](std::string text) { return MetaText{key, std::move(text)}; });
    }

private:
    static constexpr std::size_t most = 64;  // of a kind; looked through one after the other

    struct CodeText {
        model::Code code;
        const void* of = nullptr;
        std::string text;
    };
    struct MetaText {
        MetaKey key;
        std::string text;
    };

    template <typename Text, typename Same, typename Write, typename Make>
    static void append(std::vector<Text>& known, std::string& out, const Same& same, const Write& write,
                       const Make& make) {
        const auto found = std::find_if(known.begin(), known.end(), same);
        if (found != known.end()) {
            out += found->text;
            return;
        }
        const std::size_t begin = out.size();
        write();
        if (known.size() < most) known.push_back(make(out.substr(begin)));
    }

    std::vector<CodeText> codes_;
    std::vector<MetaText> metas_;
};

}  // namespace edgeward::fhir
