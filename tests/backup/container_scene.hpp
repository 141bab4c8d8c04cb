#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/crypto/seal.hpp>

#include "container_reader.hpp"
#include "container_writer.hpp"
#include "part_names.hpp"
#include "yard.hpp"

namespace edgeward::backup {

// One container with made-up parts.
struct ContainerScene {
    ContainerScene() {
        header.id = std::string(32, 'a');
        header.installation = std::string(32, 'b');
        header.made = Instant(std::chrono::milliseconds(1'795'459'726'123));
        must(wrap_container_key(header, key, wrapping_key(kek_of(1)), recovery_pair().public_key));
    }
    using Parts = std::vector<std::pair<std::string, std::string>>;
    // Gives the size the writer states.
    std::uint64_t write(const Parts& parts) const {
        auto writer = must(ContainerWriter::begin(file, header, key));
        for (const auto& [name, text] : parts)
            must(writer.add(name, text));
        must(writer.add(std::string(part_name::key_ring), keys.wrap(key)));
        Manifest manifest;
        manifest.id = header.id;
        manifest.installation = header.installation;
        manifest.made = header.made;
        manifest.store = StoreFacts{};
        manifest.objects = ObjectFacts{};
        const auto seed = keys.key(crypto::key_name::audit_signing).value();
        must(writer.finish(manifest, seed));
        must(writer.publish());
        return writer.size();
    }
    [[nodiscard]] static Unlocking unlocking() {
        Unlocking by;
        by.wrapping = wrapping_key(kek_of(1));
        return by;
    }
    [[nodiscard]] Result<std::map<std::string, std::string>> try_texts() const {
        auto reader = ContainerReader::open(file, unlocking());
        if (!reader) return failure(std::move(reader.error()));
        std::map<std::string, std::string> texts;
        const auto content = reader->read([&](const std::string& name, std::uint64_t) -> Result<PartSink> {
            std::string& text = texts[name];
            return PartSink([&text](ByteView octets) {
                text.append(text_of(octets));
                return Result<void>();
            });
        });
        if (!content) return failure(content.error());
        return texts;
    }
    [[nodiscard]] std::map<std::string, std::string> texts() const { return must(try_texts()); }

    support::ScratchFolder folder;
    std::filesystem::path file = folder / "x.data.edgeward-backup";
    ContainerHeader header;
    Secret key = crypto::random_key();
    crypto::KeyRing keys = crypto::KeyRing::generate();
};

}  // namespace edgeward::backup
