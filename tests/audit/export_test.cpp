#include <edgeward/audit/export.hpp>

#include <catch2/catch_test_macros.hpp>

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

}  // namespace edgeward::audit
