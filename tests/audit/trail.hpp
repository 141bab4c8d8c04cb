#pragma once

#include <edgeward/audit/export.hpp>
#include <edgeward/audit/hash_chain.hpp>
#include <edgeward/audit/verifier.hpp>
#include <edgeward/crypto/signature.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

// A log in memory with a signed checkpoint every few records, to be exported, attacked and verified.
namespace edgeward::audit {

inline Secret seed_of(std::uint8_t octet) {
    return Secret(Bytes(32, octet));
}

inline const std::string test_origin = "edgeward/00112233445566778899aabbccddeeff";

inline Instant second(std::int64_t number) {
    return Instant(std::chrono::seconds(1'700'000'000 + number));
}

inline Event event_of(std::uint64_t number) {
    Event event;
    event.actor = "destination:kis";
    event.action = Action::delivered;
    event.object = "reports " + std::to_string(number) + "-" + std::to_string(number + 3);
    event.rule = number % 2 == 0 ? "treatment-on-ward" : "";
    event.details = crypto::sha256(bytes_of(event.object));
    event.count = 4;
    return event;
}

struct Trail {
    std::string origin = test_origin;
    std::vector<Record> records;
    std::map<std::uint64_t, std::string> notes;  // by size

    static Trail make(std::uint64_t records, std::uint64_t checkpoint_every = 10, std::uint8_t seed = 1,
                      const std::string& origin = test_origin) {
        Trail trail;
        trail.origin = origin;
        trail.extend(records, checkpoint_every, seed, 0);
        return trail;
    }

    // Goes on with the log `salt` seconds later than the record number says.
    void extend(std::uint64_t until, std::uint64_t checkpoint_every, std::uint8_t seed, std::int64_t salt) {
        HashChain chain(records.size(), records.empty() ? crypto::Digest{} : records.back().digest);
        MerkleTree tree;
        for (const Record& record : records)
            tree.append(record.digest);
        const Secret key = seed_of(seed);
        while (chain.sequence() < until) {
            const auto number = static_cast<std::int64_t>(chain.sequence() + 1);
            records.push_back(chain.append(second(number + salt), event_of(chain.sequence() + 1)).value());
            tree.append(records.back().digest);
            if (tree.size() % checkpoint_every == 0 || tree.size() == until)
                notes[tree.size()] = sign_checkpoint(
                    {origin, tree.size(), tree.root(), chain.head(), second(number + salt)}, key);
        }
    }

    // What an attacker without the key can do: every link is right again.
    void relink() {
        crypto::Digest head{};
        std::uint64_t sequence = 0;
        for (Record& record : records) {
            record.sequence = ++sequence;
            record.octets = canonical(record.time, record.event).value();
            record.previous = head;
            record.digest = head = link_digest(head, record.sequence, record.octets);
        }
    }

    // The same with the key: every checkpoint is signed anew.
    void resign(std::uint8_t seed) {
        MerkleTree tree;
        for (const Record& record : records) {
            tree.append(record.digest);
            const auto note = notes.find(tree.size());
            if (note != notes.end())
                note->second = sign_checkpoint({origin, tree.size(), tree.root(), record.digest, record.time},
                                               seed_of(seed));
        }
    }

    [[nodiscard]] std::string text() const {
        std::string out;
        ExportWriter writer(origin, [&out](std::string_view octets) { out.append(octets); });
        std::uint64_t place = 0;
        for (const Record& record : records) {
            writer.record(record);
            const auto note = notes.find(++place);
            if (note != notes.end()) writer.checkpoint(note->second);
        }
        writer.end();
        return out;
    }
};

inline Verdict verify(const std::string& text, std::vector<std::string> anchors = {}, std::uint8_t seed = 1) {
    VerifierSettings settings;
    settings.key = crypto::public_key_of(seed_of(seed));
    settings.anchors = std::move(anchors);
    Verifier verifier = std::move(Verifier::open(std::move(settings)).value());
    verifier.feed(text);
    return verifier.finish();
}

}  // namespace edgeward::audit
