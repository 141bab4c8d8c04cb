#include <edgeward/audit/export.hpp>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/file.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "trail.hpp"

namespace edgeward::audit {

TEST_CASE("an export has a header and a line for each record and an end", "[export]") {
    const Trail trail = Trail::make(2, 10);
    const std::string text = trail.text();
    CHECK(
        text.starts_with("edgeward-audit-export\t1\t" + test_origin + "\t1\t" + std::string(64, '0') + "\n"));
    CHECK(
        text.find(
            "\nrecord\t2\t2023-11-14T22:13:22.000Z\tdestination:kis\tdelivered\tsuccess\t4\t-\treports 2-5\t"
            "treatment-on-ward\t") != std::string::npos);
    CHECK(text.find("\ncheckpoint\t2\n> " + test_origin + "\n> 2\n") != std::string::npos);
    CHECK(text.find("\n>\n> \xE2\x80\x94 " + test_origin + " ") != std::string::npos);
    CHECK(text.ends_with("end\t2\t" + to_hex(trail.records.back().digest) + "\n"));
}

TEST_CASE("an export of an empty log is whole", "[export]") {
    std::string text;
    ExportWriter writer(test_origin, [&text](std::string_view octets) { text.append(octets); });
    writer.end();
    const Verdict verdict = verify(text);
    CHECK(verdict.finding == Finding::none);
    CHECK(verdict.records == 0);
    CHECK(exit_code(verdict) == 0);
}

namespace {

// Between the fence "```export" of the documentation and the next fence.
std::string documented_export() {
    const std::string page = read_file(EDGEWARD_SOURCE_DIR "/docs/audit-format.md").value();
    const std::string fence = "```export\n";
    const std::size_t begin = page.find(fence) + fence.size();
    return page.substr(begin, page.find("```", begin) - begin);
}

}  // namespace

// Made with Python's hashlib and cryptography after the page itself.
TEST_CASE("the worked example of the documentation is proven", "[export]") {
    VerifierSettings settings;
    settings.key = crypto::parse_public_key(
                       "-----BEGIN PUBLIC KEY-----\n"
                       "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
                       "-----END PUBLIC KEY-----\n")
                       .value();
    Verifier verifier = std::move(Verifier::open(settings).value());
    verifier.feed(documented_export());
    const Verdict verdict = verifier.finish();
    CHECK(name_of(verdict.finding) == "none");
    CHECK(verdict.proven == 2);
    CHECK(exit_code(verdict) == 0);
}

TEST_CASE("the worked example is what the export writer writes", "[export]") {
    Bytes seed;
    REQUIRE(from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", seed));
    const Instant time{std::chrono::milliseconds(1795459726123)};
    Event delivered;
    delivered.actor = "destination:kis";
    delivered.action = Action::delivered;
    delivered.subject =
        pseudonym::recall(Bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}).value();
    delivered.object = "reports 41-44";
    delivered.details = crypto::sha256(bytes_of("abc"));
    delivered.count = 4;
    Event stopped;
    stopped.actor = "gateway";
    stopped.action = Action::stopped;
    stopped.object = "0.1.0";
    const Instant later = time + std::chrono::seconds(1);

    std::string text;
    ExportWriter writer(test_origin, [&text](std::string_view octets) { text.append(octets); });
    HashChain chain;
    MerkleTree tree;
    for (const auto& [when, event] : {std::pair(time, delivered), std::pair(later, stopped)}) {
        const Record record = chain.append(when, event).value();
        tree.append(record.digest);
        writer.record(record);
    }
    writer.checkpoint(
        sign_checkpoint({test_origin, 2, tree.root(), chain.head(), later}, Secret(std::move(seed))));
    writer.end();
    CHECK(text == documented_export());
}

}  // namespace edgeward::audit
