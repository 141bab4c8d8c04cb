#include "confidentiality_table.hpp"

#include <algorithm>

namespace edgeward::dicom {
namespace {

using enum BasicAction;
using enum Retained;

constexpr Retained operator|(Retained left, Retained right) {
    return static_cast<Retained>(static_cast<unsigned>(left) | static_cast<unsigned>(right));
}

// PS3.15 2023 table E.1-1, by tag. Written by write_confidentiality_rows.py from
// tests/dicom/testdata/ps315_e1.json; the test of this file holds the two against each other.
// clang-format off
constexpr ConfidentialityRow rows[] = {
    {0x00001000, X, uids}, {0x00001001, U, uids}, {0x00020003, U, uids}, {0x00041511, U, uids},
    {0x00080012, XD, dates}, {0x00080013, XZD, dates}, {0x00080014, U, uids}, {0x00080015, X, dates},
    {0x00080017, U, uids}, {0x00080018, U, uids}, {0x00080019, U, uids}, {0x00080020, Z, dates},
    {0x00080021, XD, dates}, {0x00080022, XZ, dates}, {0x00080023, ZD, dates}, {0x00080024, X, dates},
    {0x00080025, X, dates}, {0x0008002A, XZD, dates}, {0x00080030, Z, dates}, {0x00080031, XD, dates},
    {0x00080032, XZ, dates}, {0x00080033, ZD, dates}, {0x00080034, X, dates}, {0x00080035, X, dates},
    {0x00080050, Z}, {0x00080054, X}, {0x00080055, X}, {0x00080058, U, uids}, {0x00080080, XZD, institution},
    {0x00080081, X, institution}, {0x00080082, XZD, institution}, {0x00080090, Z}, {0x00080092, X},
    {0x00080094, X}, {0x00080096, X}, {0x0008009C, Z}, {0x0008009D, X}, {0x00080106, D, dates},
    {0x00080107, D, dates}, {0x00080201, X, dates}, {0x00081000, X}, {0x00081010, XZD, device},
    {0x00081030, X}, {0x0008103E, X}, {0x00081040, X, institution}, {0x00081041, X, institution},
    {0x00081048, X}, {0x00081049, X}, {0x00081050, X}, {0x00081052, X}, {0x00081060, X}, {0x00081062, X},
    {0x00081070, XZD}, {0x00081072, XD}, {0x00081080, X}, {0x00081084, X}, {0x00081088, X},
    {0x00081110, XZ, uids}, {0x00081111, XZD, uids}, {0x00081120, X, uids}, {0x00081140, XZU, uids},
    {0x00081155, U, uids}, {0x00081195, U, uids}, {0x00082111, X}, {0x00082112, XZU, uids},
    {0x00083010, U, uids}, {0x00084000, X}, {0x00100010, Z}, {0x00100020, ZD}, {0x00100021, X},
    {0x00100030, Z}, {0x00100032, X}, {0x00100040, Z, patient}, {0x00100050, X}, {0x00100101, X},
    {0x00100102, X}, {0x00101000, X}, {0x00101001, X}, {0x00101002, X}, {0x00101005, X},
    {0x00101010, X, patient}, {0x00101020, X, patient}, {0x00101030, X, patient}, {0x00101040, X},
    {0x00101050, X}, {0x00101060, X}, {0x00101080, X}, {0x00101081, X}, {0x00101090, X}, {0x00101100, X},
    {0x00102000, X}, {0x00102110, X}, {0x00102150, X}, {0x00102152, X}, {0x00102154, X}, {0x00102155, X},
    {0x00102160, X, patient}, {0x00102180, X}, {0x001021A0, X, patient}, {0x001021B0, X},
    {0x001021C0, X, patient}, {0x001021D0, X, dates}, {0x001021F0, X}, {0x00102203, XZ, patient},
    {0x00102297, X}, {0x00102299, X}, {0x00104000, X}, {0x00120010, D}, {0x00120020, D}, {0x00120021, Z},
    {0x00120022, X}, {0x00120023, X}, {0x00120030, Z, institution}, {0x00120031, Z, institution},
    {0x00120032, X}, {0x00120040, D}, {0x00120041, X}, {0x00120042, D}, {0x00120043, X}, {0x00120050, Z},
    {0x00120051, X}, {0x00120055, X}, {0x00120060, Z, institution}, {0x00120071, X}, {0x00120072, X},
    {0x00120073, X}, {0x00120081, D, institution}, {0x00120082, X}, {0x00120086, X, dates},
    {0x00120087, X, dates}, {0x0014407C, X, device | dates}, {0x0014407E, X, device | dates}, {0x0016002B, X},
    {0x0016004B, X}, {0x0016004D, X}, {0x0016004E, X, device}, {0x0016004F, X, device},
    {0x00160050, X, device}, {0x00160051, X, device}, {0x00160070, X}, {0x00160071, X}, {0x00160072, X},
    {0x00160073, X}, {0x00160074, X}, {0x00160075, X}, {0x00160076, X}, {0x00160077, X}, {0x00160078, X},
    {0x00160079, X}, {0x0016007A, X}, {0x0016007B, X}, {0x0016007C, X}, {0x0016007D, X}, {0x0016007E, X},
    {0x0016007F, X}, {0x00160080, X}, {0x00160081, X}, {0x00160082, X}, {0x00160083, X}, {0x00160084, X},
    {0x00160085, X}, {0x00160086, X}, {0x00160087, X}, {0x00160088, X}, {0x00160089, X}, {0x0016008A, X},
    {0x0016008B, X}, {0x0016008C, X}, {0x0016008D, X, dates}, {0x0016008E, X}, {0x00180010, ZD},
    {0x00180027, X, dates}, {0x00180035, X, dates}, {0x00181000, XZD, device}, {0x00181002, U, device | uids},
    {0x00181004, X, device}, {0x00181005, X, device}, {0x00181007, X, device}, {0x00181008, X, device},
    {0x00181009, X, device}, {0x0018100A, X, device}, {0x0018100B, U, device | uids}, {0x00181012, X, dates},
    {0x00181014, X, dates}, {0x00181030, XD}, {0x00181042, X, dates}, {0x00181043, X, dates},
    {0x00181072, X, dates}, {0x00181073, X, dates}, {0x00181078, X, dates}, {0x00181079, X, dates},
    {0x001811BB, D}, {0x00181200, X, device | dates}, {0x00181201, X, device | dates},
    {0x00181202, X, device | dates}, {0x00181203, Z, device | dates}, {0x00181204, X, device | dates},
    {0x00181205, X, device | dates}, {0x00181400, XD}, {0x00182042, U, uids}, {0x00184000, X},
    {0x00185011, X, device}, {0x0018700A, XD, device}, {0x0018700C, XD, device | dates},
    {0x0018700E, XD, device | dates}, {0x00189074, D, dates}, {0x00189151, D, dates}, {0x00189185, X},
    {0x00189367, D, device}, {0x00189369, D, dates}, {0x0018936A, D, dates}, {0x00189371, D, device},
    {0x00189373, X, device}, {0x0018937B, X}, {0x0018937F, X}, {0x00189424, X}, {0x00189516, XD, dates},
    {0x00189517, XD, dates}, {0x00189623, D, dates}, {0x00189701, D, dates}, {0x00189804, D, dates},
    {0x00189919, ZD, dates}, {0x00189937, X}, {0x0018A002, X, dates}, {0x0018A003, X}, {0x0020000D, U, uids},
    {0x0020000E, U, uids}, {0x00200010, Z}, {0x00200027, X}, {0x00200052, U, uids}, {0x00200200, U, uids},
    {0x00203401, X, device}, {0x00203403, X, dates}, {0x00203405, X, dates}, {0x00203406, X}, {0x00204000, X},
    {0x00209158, X}, {0x00209161, U, uids}, {0x00209164, U, uids}, {0x00281199, U, uids},
    {0x00281214, U, uids}, {0x00284000, X}, {0x00320012, X}, {0x00320032, X, dates}, {0x00320033, X, dates},
    {0x00320034, X, dates}, {0x00320035, X, dates}, {0x00321000, X, dates}, {0x00321001, X, dates},
    {0x00321010, X, dates}, {0x00321011, X, dates}, {0x00321020, X, device}, {0x00321021, X}, {0x00321030, X},
    {0x00321032, X}, {0x00321033, X}, {0x00321040, X, dates}, {0x00321041, X, dates}, {0x00321050, X, dates},
    {0x00321051, X, dates}, {0x00321060, XZ}, {0x00321066, X}, {0x00321067, X}, {0x00321070, X},
    {0x00324000, X}, {0x00340001, D}, {0x00340002, D}, {0x00340005, D}, {0x00340007, D, dates},
    {0x00380004, X}, {0x00380010, X}, {0x00380011, X}, {0x00380014, X}, {0x0038001A, X, dates},
    {0x0038001B, X, dates}, {0x0038001C, X, dates}, {0x0038001D, X, dates}, {0x0038001E, X},
    {0x00380020, X, dates}, {0x00380021, X, dates}, {0x00380030, X, dates}, {0x00380032, X, dates},
    {0x00380040, X}, {0x00380050, X}, {0x00380060, X}, {0x00380061, X}, {0x00380062, X}, {0x00380064, X},
    {0x00380300, X}, {0x00380400, X}, {0x00380500, X}, {0x00384000, X}, {0x003A0310, U, uids},
    {0x003A0314, D, dates}, {0x003A0329, X}, {0x003A032B, X}, {0x00400001, X}, {0x00400002, X, dates},
    {0x00400003, X, dates}, {0x00400004, X, dates}, {0x00400005, X, dates}, {0x00400006, X}, {0x00400007, X},
    {0x00400009, X}, {0x0040000B, X}, {0x00400010, X, device}, {0x00400011, X, device}, {0x00400012, X},
    {0x00400241, X}, {0x00400242, X, device}, {0x00400243, X}, {0x00400244, X, dates}, {0x00400245, X, dates},
    {0x00400250, X, dates}, {0x00400251, X, dates}, {0x00400253, X}, {0x00400254, X}, {0x00400275, X},
    {0x00400280, X}, {0x00400310, X}, {0x0040050A, X}, {0x00400512, D}, {0x00400513, Z}, {0x0040051A, X},
    {0x00400551, D}, {0x00400554, U, uids}, {0x00400555, XZ}, {0x00400562, Z}, {0x00400600, X},
    {0x00400602, X}, {0x00400610, Z}, {0x004006FA, X}, {0x00401001, X}, {0x00401002, X}, {0x00401004, X},
    {0x00401005, X}, {0x0040100A, X}, {0x00401010, X}, {0x00401011, X}, {0x00401101, D}, {0x00401102, X},
    {0x00401103, X}, {0x00401104, X}, {0x00401400, X}, {0x00402001, X}, {0x00402004, X, dates},
    {0x00402005, X, dates}, {0x00402008, X}, {0x00402009, X}, {0x00402010, X}, {0x00402011, X},
    {0x00402016, Z}, {0x00402017, Z}, {0x00402400, X}, {0x00403001, X}, {0x00404005, X, dates},
    {0x00404008, X, dates}, {0x00404010, X, dates}, {0x00404011, X, dates}, {0x00404023, U, uids},
    {0x00404025, X, device}, {0x00404027, X, device}, {0x00404028, X, device}, {0x00404030, X, device},
    {0x00404034, X}, {0x00404035, X}, {0x00404036, X}, {0x00404037, X}, {0x00404050, X, dates},
    {0x00404051, X, dates}, {0x00404052, X, dates}, {0x0040A023, X, dates}, {0x0040A024, X, dates},
    {0x0040A027, D}, {0x0040A030, D, dates}, {0x0040A032, XD, dates}, {0x0040A033, X, dates}, {0x0040A073, D},
    {0x0040A075, D}, {0x0040A078, X}, {0x0040A07A, X}, {0x0040A07C, X}, {0x0040A082, Z, dates},
    {0x0040A088, Z}, {0x0040A110, X, dates}, {0x0040A112, X, dates}, {0x0040A120, D, dates},
    {0x0040A121, D, dates}, {0x0040A122, D, dates}, {0x0040A123, D}, {0x0040A124, U}, {0x0040A13A, D, dates},
    {0x0040A171, U, uids}, {0x0040A172, U, uids}, {0x0040A192, X, dates}, {0x0040A193, X, dates},
    {0x0040A307, X}, {0x0040A352, X}, {0x0040A353, X}, {0x0040A354, X}, {0x0040A358, X},
    {0x0040A402, U, uids}, {0x0040A730, D}, {0x0040DB06, X, dates}, {0x0040DB07, X, dates},
    {0x0040DB0C, U, uids}, {0x0040DB0D, U, uids}, {0x0040E004, X, dates}, {0x00420011, D},
    {0x00440004, X, dates}, {0x0044000B, X, dates}, {0x00440010, X, dates}, {0x00440104, D, dates},
    {0x00440105, X, dates}, {0x0050001B, X}, {0x00500020, X, device}, {0x00500021, X}, {0x00620021, U, uids},
    {0x00640003, U, uids}, {0x00686226, D, dates}, {0x00686270, D, dates}, {0x006A0003, D, uids},
    {0x006A0005, D}, {0x006A0006, X}, {0x00700001, D}, {0x00700082, X, dates}, {0x00700083, X, dates},
    {0x00700084, ZD}, {0x00700086, X}, {0x0070031A, U, uids}, {0x00701101, U, uids}, {0x00701102, U, uids},
    {0x0072000A, D, dates}, {0x0072005E, D}, {0x0072005F, D, patient}, {0x00720061, D, dates},
    {0x00720063, D, dates}, {0x00720065, D}, {0x00720066, D}, {0x00720068, D}, {0x0072006A, D},
    {0x0072006B, D, dates}, {0x0072006C, D}, {0x0072006D, D}, {0x0072006E, D}, {0x00720070, D},
    {0x00720071, D}, {0x00741234, X}, {0x00741236, X}, {0x00880140, U, uids}, {0x00880200, X},
    {0x00880904, X}, {0x00880906, X}, {0x00880910, X}, {0x00880912, X}, {0x01000420, X, dates},
    {0x04000100, U}, {0x04000105, D, dates}, {0x04000115, D}, {0x04000310, X, dates}, {0x04000402, X},
    {0x04000403, X}, {0x04000404, X}, {0x04000550, X}, {0x04000551, X}, {0x04000552, X}, {0x04000561, X},
    {0x04000562, D, dates}, {0x04000563, D, device}, {0x04000564, Z, institution}, {0x04000565, D},
    {0x04000600, X}, {0x20300020, X}, {0x21000040, X, dates}, {0x21000050, X, dates}, {0x21000070, X},
    {0x21000140, D}, {0x22000002, XZ}, {0x22000005, XZ}, {0x30020121, X}, {0x30020123, X}, {0x30060002, D},
    {0x30060004, X}, {0x30060006, X}, {0x30060008, Z, dates}, {0x30060009, Z, dates}, {0x30060024, U, uids},
    {0x30060026, Z}, {0x30060028, X}, {0x3006002D, X, dates}, {0x3006002E, X, dates}, {0x30060038, X},
    {0x3006004D, X}, {0x3006004E, X}, {0x30060085, X}, {0x30060088, X}, {0x300600A6, Z},
    {0x300600C2, U, uids}, {0x30080024, D, dates}, {0x30080025, D, dates}, {0x30080054, XD, dates},
    {0x30080056, XD, dates}, {0x30080105, XZ, device}, {0x30080162, D, dates}, {0x30080164, D, dates},
    {0x30080166, D, dates}, {0x30080168, D, dates}, {0x30080250, XD, dates}, {0x30080251, XD, dates},
    {0x300A0002, D}, {0x300A0003, X}, {0x300A0004, X}, {0x300A0006, XD, dates}, {0x300A0007, XD, dates},
    {0x300A000B, X}, {0x300A000E, X}, {0x300A0013, U, uids}, {0x300A0016, X}, {0x300A0072, X},
    {0x300A0083, U, uids}, {0x300A00B2, XZ, device}, {0x300A00C3, X}, {0x300A00DD, X}, {0x300A0196, X},
    {0x300A01A6, X}, {0x300A01B2, X}, {0x300A0216, X, device}, {0x300A022C, D, dates}, {0x300A022E, D, dates},
    {0x300A02EB, X}, {0x300A0608, D}, {0x300A0609, U, uids}, {0x300A0611, Z}, {0x300A0615, Z},
    {0x300A0619, D}, {0x300A0623, D}, {0x300A062A, D}, {0x300A0650, U, uids}, {0x300A0676, X},
    {0x300A067C, D}, {0x300A067D, Z}, {0x300A0700, U, uids}, {0x300A0734, D}, {0x300A0736, D, dates},
    {0x300A073A, D, dates}, {0x300A0741, D, dates}, {0x300A0742, D}, {0x300A0760, D, dates}, {0x300A0783, D},
    {0x300A0785, U, uids}, {0x300A078E, X}, {0x300A0792, X}, {0x300A0794, X}, {0x300A079A, X},
    {0x300C0113, X}, {0x300C0127, D, device | dates}, {0x300E0004, Z, dates}, {0x300E0005, Z, dates},
    {0x300E0008, XZ}, {0x30100006, U, uids}, {0x3010000B, U, uids}, {0x3010000F, Z}, {0x30100013, U, uids},
    {0x30100015, U, uids}, {0x30100017, Z}, {0x3010001B, Z}, {0x3010002D, D, device}, {0x30100031, U, uids},
    {0x30100033, D}, {0x30100034, D}, {0x30100035, D}, {0x30100036, X}, {0x30100037, X}, {0x30100038, D},
    {0x3010003B, U, uids}, {0x30100043, Z, device}, {0x3010004C, XD, dates}, {0x3010004D, XD, dates},
    {0x30100054, D}, {0x30100056, XD}, {0x3010005A, Z}, {0x3010005C, Z}, {0x30100061, X},
    {0x3010006E, U, uids}, {0x3010006F, U, uids}, {0x30100077, XD}, {0x3010007A, Z}, {0x3010007B, Z},
    {0x3010007F, Z}, {0x30100081, Z}, {0x30100085, X, dates}, {0x40000010, X}, {0x40004000, X},
    {0x40080040, X}, {0x40080042, X}, {0x40080100, X, dates}, {0x40080101, X, dates}, {0x40080102, X},
    {0x40080108, X, dates}, {0x40080109, X, dates}, {0x4008010A, X}, {0x4008010B, X}, {0x4008010C, X},
    {0x40080111, X}, {0x40080112, X, dates}, {0x40080113, X, dates}, {0x40080114, X}, {0x40080115, X},
    {0x40080118, X}, {0x40080119, X}, {0x4008011A, X}, {0x40080200, X}, {0x40080202, X}, {0x40080300, X},
    {0x40084000, X}, {0xFFFAFFFA, X}, {0xFFFCFFFC, X},
};
// clang-format on

}  // namespace

const ConfidentialityRow* confidentiality_row(std::uint32_t tag) noexcept {
    const auto* const found = std::ranges::lower_bound(rows, tag, {}, &ConfidentialityRow::tag);
    return found != std::end(rows) && found->tag == tag ? found : nullptr;
}

std::span<const ConfidentialityRow> confidentiality_rows() noexcept {
    return rows;
}

}  // namespace edgeward::dicom
