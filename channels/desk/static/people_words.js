// What the desk says at its door and about those who work at it, in two languages.

import { inLanguage } from "./words.js";

const WORDS = {
  zh: {
    byProvider: (name) => `用 ${name} 登录`, or: "或者",
    doors: {
      failed: "登录没有成功，请再试一次。", stale: "登录中断了，请重新开始。", declined: "统一登录没有通过。", provider_away: "统一登录暂时连不上，请稍后再试。",
      bad_token: "统一登录的回应不可信，已记录，请告诉管理员。", no_role: "您在统一登录里没有坐席台的角色，请找管理员。", nobody_here: "这里没有您这个工号，或者已停用，请找班长。", ledger_away: "数据库暂时连不上，请稍后再试。",
    },
    people: "人员", mine: "我的密码", peopleHint: "班长管理坐席，管理员管理所有人。改动都记录在案。", add: "添加人员", change: "修改", changing: (name) => `修改 ${name}`,
    role: "角色", phone: "话机", phoneHint: "例如 PJSIP/8001；留空则手工拨号", state: "状态", seen: "最近活动", newPassword: "新密码", newPasswordHint: "至少 8 个字符；留空则不改", save: "保存", name: "工号", password: "密码",
    roles: { agent: "坐席", supervisor: "班长", admin: "管理员" },
    standing: { active: "可登录", disabled: "已停用", locked: "已锁定", provider: "统一登录" }, never: "未登录",
    acts: { disable: "停用", enable: "启用", unlock: "解锁" },
    done: (name) => `${name} 已更新。`, added: (name) => `${name} 可以登录了。`,
    takes: "语言和技能", speaks: "会说", knows: "技能", languages: { zh: "中文", en: "英文" }, skill: (name) => (name === "general" ? "只接普通单" : name), whatever: "什么都接", takesHint: "都不勾选：什么都接。", choosing: "选人，回车修改",
    mineHint: "改好后请用新密码重新登录。", oldPassword: "现在的密码", changed: "密码已改，请用新密码登录。",
    refused: { may_not: "您不能对这个人这样做。", no_such_agent: "没有这个人。", agent_exists: "这个工号已经有了。", bad_person: "工号、话机、语言或技能写得不对。", bad_password: "这个密码不行：至少 8 个字符，不能只有几个不同的字符。", crowded: "同时登录的人太多，请过几秒再试。", forbidden: "现在的密码不对。" },
  },
  en: {
    byProvider: (name) => `Sign in with ${name}`, or: "or",
    doors: {
      failed: "That did not work; try again.", stale: "The sign-in was interrupted; begin again.", declined: "The identity provider did not let you in.", provider_away: "The identity provider cannot be reached; try again in a moment.",
      bad_token: "What the identity provider said cannot be believed; this has been noted. Tell an administrator.", no_role: "The identity provider gives you no role at this desk; ask an administrator.", nobody_here: "There is no agent of your name here, or it is disabled; ask a supervisor.", ledger_away: "The database cannot be reached; try again in a moment.",
    },
    people: "People", mine: "My password", peopleHint: "Supervisors look after agents, administrators after everybody. Each change is written down.", add: "Add somebody", change: "Change", changing: (name) => `Change ${name}`,
    role: "Role", phone: "Telephone", phoneHint: "as PJSIP/8001; empty: dials by hand", state: "Standing", seen: "Last seen", newPassword: "New password", newPasswordHint: "8 characters or more; empty: stays as it is", save: "Save", name: "Name", password: "Password",
    roles: { agent: "agent", supervisor: "supervisor", admin: "administrator" },
    standing: { active: "may sign in", disabled: "disabled", locked: "locked", provider: "by identity provider" }, never: "signed out",
    acts: { disable: "Disable", enable: "Enable", unlock: "Unlock" },
    done: (name) => `${name} is changed.`, added: (name) => `${name} may sign in.`,
    takes: "Languages, skills", speaks: "Speaks", knows: "Knows about", languages: { zh: "Chinese", en: "English" }, skill: (name) => (name === "general" ? "only what needs no skill" : name), whatever: "whatever comes", takesHint: "None ticked: takes whatever comes.", choosing: "choose, Enter changes",
    mineHint: "You will sign in again with the new one.", oldPassword: "The password you have", changed: "Your password is changed; sign in with the new one.",
    refused: { may_not: "You may not do this to that person.", no_such_agent: "There is nobody of that name.", agent_exists: "There is somebody of that name already.", bad_person: "The name, the telephone, a language or a skill is not right.", bad_password: "This password will not do.", crowded: "Too many sign in at this moment; try again in a few seconds.", forbidden: "This is not your password." },
  },
};

export const peopleWords = () => WORDS[inLanguage()];
