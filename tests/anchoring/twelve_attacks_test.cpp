#include <edgeward/anchoring/anchor_service.hpp>
#include <edgeward/audit/export.hpp>
#include <edgeward/audit/verifier.hpp>
#include <edgeward/database/database.hpp>

#include <catch2/catch_test_macros.hpp>

#include <iostream>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "desk_link.hpp"
#include "house.hpp"
#include "support/syslog_collector.hpp"
#include "witness_flow.hpp"

// Twelve attacks on the log in a real store.db, by somebody who has the key of the database, rewrites it
// while the gateway is stopped and recomputes everything he has keys for. SIEM (Python's TLS) and witness
// have seen the log before.
namespace edgeward::anchoring {
namespace {

using support::eventually;
using support::SyslogCollector;

constexpr std::uint64_t records = 60;  // a checkpoint every ten

// What lies in the tables, to be changed and put back.
Trail read_log(House& house) {
    Trail log;
    log.origin = house.store.reader->chain()->origin;
    const auto read = house.store.reader->export_audit(
        1, 100'000, [&](const audit::Record& record) { log.records.push_back(record); },
        [&](std::string_view note) { log.notes.emplace(log.records.size(), note); });
    REQUIRE(read);
    return log;
}

void write_log(House& house, const Trail& log) {
    auto connection =
        database::Connection::open(house.folder.path() / "store.db", *house.keys.key(crypto::key_name::store),
                                   database::Access::read_write);
    REQUIRE(connection);
    REQUIRE(connection->execute("DELETE FROM audit; DELETE FROM audit_checkpoint;"));
    audit::MerkleTree tree;
    for (const auto& record : log.records) {
        auto insert =
            connection->prepare("INSERT INTO audit(sequence, canonical, digest) VALUES(?1, ?2, ?3)");
        REQUIRE(insert);
        REQUIRE(insert->bind(1, static_cast<std::int64_t>(record.sequence))
                    .bind(2, ByteView(record.octets))
                    .bind(3, ByteView(record.digest))
                    .run());
        tree.append(record.digest);
    }
    for (const auto& [size, note] : log.notes) {
        auto insert = connection->prepare("INSERT INTO audit_checkpoint(size, note) VALUES(?1, ?2)");
        REQUIRE(insert);
        REQUIRE(insert->bind(1, static_cast<std::int64_t>(size)).bind(2, std::string_view(note)).run());
    }
    Bytes edge;
    for (const auto& subtree : tree.edge())
        edge.insert(edge.end(), subtree.begin(), subtree.end());
    auto update = connection->prepare("UPDATE audit_tree SET size = ?1, edge = ?2 WHERE id = 1");
    REQUIRE(update);
    REQUIRE(update->bind(1, static_cast<std::int64_t>(tree.size())).bind(2, ByteView(edge)).run());
    auto origin = connection->prepare("UPDATE meta SET value = ?1 WHERE name = 'installation'");
    REQUIRE(origin);
    REQUIRE(origin->bind(1, std::string_view(log.origin).substr(9)).run());
}

// One gateway with both anchors, stopped and started around an attack.
class Gateway {
public:
    Gateway() {
        grow(records);
        bench_.open(house_.store.reader->chain()->origin, signing_key());
        start();
        REQUIRE(eventually([&] { return siem_knows() && bench_.newest_size() == records; }));
        REQUIRE(eventually([&] {
            return support::text_of_file(house_.folder.path() / "siem.position").find(" 1 60 ") !=
                   std::string::npos;
        }));
        stop();
    }
    [[nodiscard]] Trail log() { return read_log(house_); }
    [[nodiscard]] const Secret& seed() const { return seed_; }

    void replace(const Trail& log) {
        house_.close();
        write_log(house_, log);
        house_.open();
    }
    // As the gateway does when it starts: a record, a checkpoint, and the anchors begin.
    std::string found_by_running() {
        const auto begin = std::chrono::steady_clock::now();
        grow(3);
        start();
        std::set<std::string> who;
        CHECK(eventually(
            [&] {
                for (const auto& line : house_.recorded()) {
                    if (line.starts_with("log_contradicted siem")) who.insert("SIEM");
                    if (line.starts_with("log_contradicted witness")) who.insert("witness");
                }
                if (flow_watch_->health().trouble.find("status 404") != std::string::npos)
                    who.insert("witness");
                return who.size() == 2;
            },
            std::chrono::seconds(10)));
        const auto passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        stop();
        std::string text;
        for (const auto& one : who)
            text += one + " ";
        CHECK(who.contains("witness"));
        CHECK(passed < 10);
        std::ostringstream seconds;
        seconds.precision(1);
        seconds << std::fixed << passed;
        return text + seconds.str() + " s";
    }
    // What the verifier says of an export: with the public key alone, or with what SIEM or witness know.
    std::string verdict(bool siem, bool witness) {
        audit::VerifierSettings settings;
        settings.key = signing_key();
        if (siem) settings.anchors = notes_of_siem();
        if (witness) settings.anchors.push_back(bench_.note());
        const Trail now = log();
        auto verifier = std::move(audit::Verifier::open(settings).value());
        verifier.feed(now.text());
        const auto found = verifier.finish();
        return std::string(audit::name_of(found.finding));
    }

private:
    struct SeedBench : Bench {
        SeedBench() : Bench(test_origin) {}
        void open(const std::string& origin, const crypto::PublicKey& key) {
            desk.reset();
            auto made = WitnessDesk::open({folder.path() / "memory",
                                           witness_name,
                                           seed,
                                           {{origin, key}},
                                           system_clock(),
                                           metrics.emplace()});
            REQUIRE(made);
            desk = *std::move(made);
            origin_ = origin;
            key_ = key;
        }
        [[nodiscard]] std::string note() const { return desk->newest(origin_).value(); }
        [[nodiscard]] std::uint64_t newest_size() const {
            const auto newest = desk->newest(origin_);
            return newest ? audit::verify_checkpoint(*newest, key_)->size : 0;
        }
        std::string origin_;
        crypto::PublicKey key_{};
    };

    [[nodiscard]] crypto::PublicKey signing_key() const { return crypto::public_key_of(seed_); }
    void grow(std::uint64_t count) {
        for (std::uint64_t n = 1; n <= count; ++n) {
            house_.append(1);
            if (n % 10 == 0 || n == count)
                REQUIRE(house_.store.writer->run(
                    [](store::ObservationStore& to) { return to.checkpoint_audit(); }));
        }
    }
    void start() {
        SiemSettings siem;
        siem.enabled = true;
        siem.endpoint = collector_.endpoint();
        siem.renew = siem.settle = std::chrono::milliseconds(200);
        auto opened =
            AnchorService::open(siem, {},
                                {*house_.store.reader, *house_.store.writer, credentials_,
                                 house_.folder.path(), system_clock(), system_random(), metrics_.emplace()});
        REQUIRE(opened);
        service_ = *std::move(opened);
        service_->start();
        io_.emplace(1);
        flow_watch_.emplace("witness", std::chrono::seconds(60),
                            AnchorWatch::Parts{*house_.store.writer, system_clock(), *metrics_});
        WitnessSettings settings;
        settings.interval = std::chrono::milliseconds(100);
        const auto file = house_.folder.path() / "witness.memory";
        auto& reader = *house_.store.reader;
        flow_.emplace(settings, *read_witness_memory(file),
                      WitnessFlow::Parts{io_->get_executor(),
                                         std::make_unique<DeskLink>(bench_, never_away_),
                                         bench_.cosigner(),
                                         {[&reader] { return reader.chain(); },
                                          [&reader](std::uint64_t first, std::size_t most, const auto& record,
                                                    const auto& note) {
                                              return reader.export_audit(first, most, record, note);
                                          }},
                                         file,
                                         *flow_watch_,
                                         system_clock(),
                                         system_random(),
                                         *metrics_});
        boost::asio::co_spawn(*io_, flow_->run(), boost::asio::detached);
        thread_ = std::thread([this] { io_->run(); });
    }
    void stop() {
        service_.reset();
        flow_->hurry();
        boost::asio::post(*io_, [this] { flow_->stop(); });
        thread_.join();
        flow_.reset();
        flow_watch_.reset();
    }
    [[nodiscard]] bool siem_knows() const {
        const auto notes = notes_of_siem();
        return std::ranges::any_of(
            notes, [](const std::string& note) { return note.find("\n60\n") != std::string::npos; });
    }
    [[nodiscard]] std::vector<std::string> notes_of_siem() const {
        std::vector<std::string> notes;
        for (const auto& message : collector_.messages()) {
            const auto begin = message.find(" note=\"");
            Bytes note;
            if (begin != std::string::npos &&
                from_base64(message.substr(begin + 7, message.find('"', begin + 7) - begin - 7), note))
                notes.emplace_back(text_of(note));
        }
        return notes;
    }

    House house_;
    Secret seed_ = *house_.keys.key(crypto::key_name::audit_signing);
    SyslogCollector collector_;
    config::Credentials credentials_ = SyslogCollector::credentials();
    SeedBench bench_;
    std::atomic<bool> never_away_ = false;
    std::optional<metrics::Registry> metrics_;
    std::unique_ptr<AnchorService> service_;
    std::optional<boost::asio::io_context> io_;
    std::optional<AnchorWatch> flow_watch_;
    std::optional<WitnessFlow> flow_;
    std::thread thread_;
};

// What the attacker recomputes: every link, and with the key every checkpoint. Without it he drops those that
// would tell; the gateway signs his log itself when it goes on.
void finish(Trail& log, const Secret* seed, std::uint64_t first_changed) {
    log.relink();
    log.notes.erase(log.notes.lower_bound(seed == nullptr ? first_changed : log.records.size() + 1),
                    log.notes.end());
    if (seed == nullptr) return;
    audit::MerkleTree tree;
    std::map<std::uint64_t, std::string> anew;
    for (const auto& record : log.records) {
        tree.append(record.digest);
        if (tree.size() % 10 == 0 || tree.size() == log.records.size())
            anew[tree.size()] = audit::sign_checkpoint(
                {log.origin, tree.size(), tree.root(), record.digest, record.time}, *seed);
    }
    log.notes = std::move(anew);
}

struct Attack {
    std::string name;
    bool has_key;
    std::function<std::uint64_t(Trail&, const Secret&)> change;  // gives the first record changed
    bool recomputes = true;
};

std::vector<Attack> attacks() {
    const auto edit = [](Trail& log, const Secret&) -> std::uint64_t {
        log.records[44].event.count = 999;
        return 45;
    };
    const auto erase = [](Trail& log, const Secret&) -> std::uint64_t {
        log.records.erase(log.records.begin() + 44);
        return 45;
    };
    const auto insert = [](Trail& log, const Secret&) -> std::uint64_t {
        log.records.insert(log.records.begin() + 44, log.records[20]);
        return 45;
    };
    const auto swap = [](Trail& log, const Secret&) -> std::uint64_t {
        std::swap(log.records[44], log.records[45]);
        return 45;
    };
    const auto cut = [](Trail& log, const Secret&) -> std::uint64_t {
        log = beginning(log, 40);
        return 41;
    };
    const auto fork = [](Trail& log, const Secret&) -> std::uint64_t {
        log = beginning(log, 30);
        for (std::uint64_t n = 31; n <= 90; ++n) {
            auto record = log.records[n % 30];
            record.event.object = "another history " + std::to_string(n);
            log.records.push_back(record);
        }
        return 31;
    };
    const auto other = [](Trail& log, const Secret&) -> std::uint64_t {
        log = Trail::make(80);
        log.origin = "edgeward/ffffffffffffffffffffffffffffffff";
        return 1;
    };
    return {{"edit (no key)", false, edit},
            {"edit (key stolen)", true, edit},
            {"delete (no key)", false, erase},
            {"delete (key stolen)", true, erase},
            {"insert (no key)", false, insert},
            {"insert (key stolen)", true, insert},
            {"reorder (no key)", false, swap},
            {"reorder (key stolen)", true, swap},
            {"truncate to a checkpoint", false, cut, false},
            {"roll back to an own backup", false, cut, false},
            {"roll back and fork (key in the backup)", true, fork},
            {"replace with another installation's log", true, other}};
}

}  // namespace

TEST_CASE("twelve attacks on a real log are found by SIEM and witness within ten seconds",
          "[attacks][integration]") {
    std::ostringstream table;
    for (const auto& attack : attacks()) {
        CAPTURE(attack.name);
        Gateway gateway;
        auto log = gateway.log();
        const auto first = attack.change(log, gateway.seed());
        if (attack.recomputes) finish(log, attack.has_key ? &gateway.seed() : nullptr, first);
        gateway.replace(log);
        const auto running = gateway.found_by_running();
        const auto alone = gateway.verdict(false, false);
        const auto siem = gateway.verdict(true, false);
        const auto witness = gateway.verdict(false, true);
        CHECK(siem != "none");
        CHECK(witness != "none");
        table << "| " << attack.name << " | " << running << " | " << alone << " | " << siem << " | "
              << witness << " |\n";
    }
    // The table of docs/audit-format.md.
    std::cout << table.str();
}

}  // namespace edgeward::anchoring
