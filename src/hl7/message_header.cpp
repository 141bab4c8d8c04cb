#include "message_header.hpp"

#include "charset.hpp"
#include "date_time.hpp"

namespace edgeward::hl7 {

void write_msh(SegmentWriter& out, const OruSettings& settings, const OutgoingHeader& header) {
    const bool enhanced = settings.acknowledgement == AcknowledgementMode::enhanced;
    out.begin("MSH").field(3).designator(settings.sending_application);
    out.field(4).designator(settings.sending_facility);
    out.field(5).designator(settings.receiving_application);
    out.field(6).designator(settings.receiving_facility);
    out.field(7).raw(to_dtm(header.time));
    out.field(9).raw(header.type);
    out.field(10).text(header.control_id);
    out.field(11).raw(header.processing);
    out.field(12).raw(settings.version);
    if (enhanced) out.field(15).raw("AL").field(16).raw("NE");
    out.field(18).raw(msh18_of(settings.charset));
    out.field(19).raw(settings.language);
    out.field(21).raw(header.profile).end();
}

}  // namespace edgeward::hl7
